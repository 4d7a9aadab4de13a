package io.promptmill.jobs.pages;

import io.promptmill.jobs.testing.SmallModel;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.jobs.testing.TestVersions;
import io.promptmill.pretrained.SampleModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A folder with the files that the pages speak of, as somebody may have them who reads there. What the names on the pages
 * stand for:
 *
 * <ul>
 *   <li>{@code conf/}, {@code sample-prompts/}: the project's own;
 *   <li>{@code gpt2} and other models: small ones with random weights, or the sample model where longer texts are computed;
 *   <li>{@code hdfs:///}: a folder in this one, and {@code /tmp/}: this one;
 *   <li>names of files and folders in {@link #NAMES}: those in this one.
 * </ul>
 */
final class ReadersFolder {
    /** What readers have, or what the commands and examples write. */
    private static final Set<String> NAMES = Set.of(
            "gpt2",
            "models",
            "prompts.csv",
            "posts.jsonl",
            "text.txt",
            "data",
            "generated",
            "arriving",
            "texts",
            "progress",
            "batches",
            "batches-progress",
            "training.pt");

    private static final Set<String> OF_THE_PROJECT = Set.of("conf", "sample-prompts");
    private static final String CLUSTER = "hdfs:///";
    private static final String SCRATCH = "/tmp/";
    private static final Pattern LITERAL = Pattern.compile("\"([^\"\n]+)\"");

    /** What lies at {@code gpt2}. */
    enum ModelOfReader {
        /** With 64 positions, and quick. */
        SMALL,
        WITH_LONG_TEXTS
    }

    private final Path folder;

    private ReadersFolder(Path folder) {
        this.folder = folder;
    }

    /** Writes the files into a folder, before the first line of a page is read. */
    static ReadersFolder in(Path folder, ModelOfReader model) throws IOException {
        Path gpt2 = folder.resolve("gpt2");
        if (model == ModelOfReader.WITH_LONG_TEXTS) {
            SampleModel.copyTo(Files.createDirectory(gpt2));
        } else {
            SmallModel.in(gpt2);
        }
        Path cluster = folder.resolve("cluster");
        SampleModel.copyTo(Files.createDirectories(cluster.resolve("models/huggingtweets")));
        SmallModel.in(cluster.resolve("models/gpt2"));
        TestSpark.session()
                .sql("select id, 'The sea' as prompt from range(2)")
                .write()
                .parquet(cluster.resolve("prompts.parquet").toString());
        Files.createDirectories(cluster.resolve("data/mine"));
        Files.writeString(
                cluster.resolve("data/mine/texts.jsonl"), "{\"text\": \"The sea is calm tonight.\"}\n".repeat(20));

        Files.writeString(folder.resolve("prompts.csv"), "prompt\nThe sea\nA song\n");
        Files.writeString(
                folder.resolve("text.txt"), "The tide is full, the moon lies fair upon the straits. ".repeat(20));
        List<String> posts = Files.readAllLines(Fence.PROJECT.resolve("sample-prompts/posts.jsonl"));
        Files.write(folder.resolve("posts.jsonl"), ofOneUser(posts));
        Files.createDirectory(folder.resolve("arriving"));
        Files.writeString(
                folder.resolve("arriving/first.jsonl"),
                "{\"id\": \"a\", \"prompt\": \"The sea\"}\n{\"id\": \"b\", \"prompt\": \"A song\"}\n");
        TestVersions.publish(folder.resolve("models/alice"), 1, OptionalDouble.of(3.3), "0d".repeat(32));
        return new ReadersFolder(folder);
    }

    /** As many as {@code prepare} asks for. */
    private static List<String> ofOneUser(List<String> posts) {
        return posts.stream()
                .filter(post -> post.contains("\"user\":\"alma_ticks\""))
                .limit(100)
                .toList();
    }

    Path resolve(String name) {
        return folder.resolve(name);
    }

    /** A word of a command, or a text in an example, with the file that it names on this machine, if it names one. */
    String onThisMachine(String word) {
        String first = word.split("[/@]", 2)[0];
        if (NAMES.contains(first)) {
            return folder.resolve(word).toString();
        }
        if (OF_THE_PROJECT.contains(first)) {
            return Fence.PROJECT.resolve(word).toString();
        }
        if (word.startsWith(CLUSTER)) {
            return folder.resolve("cluster")
                    .resolve(word.substring(CLUSTER.length()))
                    .toString();
        }
        return word.startsWith(SCRATCH)
                ? folder.resolve(word.substring(SCRATCH.length())).toString()
                : word;
    }

    /** An example with the files of this folder in the texts that name some. */
    String exampleOnThisMachine(String code) {
        return LITERAL.matcher(code)
                .replaceAll((MatchResult text) -> Matcher.quoteReplacement('"' + onThisMachine(text.group(1)) + '"'));
    }
}
