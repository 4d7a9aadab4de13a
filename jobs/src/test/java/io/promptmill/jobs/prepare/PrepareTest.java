package io.promptmill.jobs.prepare;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.jobs.counts.UserCounts;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.jobs.tracking.Artifact;
import io.promptmill.jobs.tracking.Lineage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code prepare} makes of posts. */
class PrepareTest {
    private final SparkSession spark = TestSpark.session();
    private final PrepareRuns runs = new PrepareRuns();

    @TempDir
    Path temp;

    private Path data;

    @BeforeEach
    void nameTheFolder() {
        data = temp.resolve("data");
    }

    @Test
    void eachPostHasOneReasonAndTheCountsAddUp() throws Exception {
        Path posts = Files.writeString(
                temp.resolve("posts.jsonl"),
                """
                {"user": "@Alice", "name": "Al | <ice>", "id": "1", "text": "Emoji count 😀 &amp;lt;3", "lang": "en"}
                {"user": "alice", "id": 2, "text": "https://t.co/a http://t.co/b", "lang": "en"}
                {"user": "ALICE", "id": 3, "text": "on www.example.org\\nover several\\n\\nlines", "lang": "en"}
                {"user": "alice", "id": 4, "text": "RT @bob: told by its text", "lang": "en"}
                {"user": "alice", "id": 5, "text": "RT @bob: the flag says no", "is_retweet": false, "lang": "en"}
                {"user": "alice", "id": 6, "text": "nothing in the text tells", "is_retweet": 1, "lang": "en"}
                {"user": "alice", "id": 7, "text": "@bob @carol #tag", "lang": "en"}
                {"user": "bob", "id": 8, "text": "Привет, как дела?", "lang": "ru"}
                {"user": "bob", "id": 9, "text": "Emoji COUNT 😀 &lt;3!", "lang": "en-GB"}
                {"user": "bob", "id": 10, "text": "Taken out by its id", "lang": "en"}
                {"user": "bob", "id": 11, "text": "another one of these", "lang": "EN"}
                {"user": "carol", "id": 12, "text": "I do not want this", "lang": "en"}
                {"user": "carol", "id": 13, "lang": "en"}
                {"user": "dave", "id": 14, "text": "far too little", "lang": "en"}
                {"user": " ", "id": 15, "text": "nobody said this here", "lang": "en"}
                {"user": "bob", "id": 16, "text": "what is the flag", "is_retweet": "perhaps", "lang": "en"}
                {"user": "bob", "id": 17, "text": "cut off
                {"user": "bob", "id": 18, "text": "in no language told"}
                """);
        Path optOut = Files.writeString(temp.resolve("opt-out.txt"), "@Carol\n10\n\n");
        assertThat(runs.prepare(
                        posts,
                        data,
                        "--drop-duplicates",
                        "--languages=en",
                        "--opt-out=" + optOut,
                        "--min-characters=20",
                        "--drop-small-users",
                        "--held-out-share=0",
                        "--passes=1",
                        "--balance=false"))
                .isEqualTo(ExitCode.DONE);
        assertThat(UserCountsFile.read(new OutputFiles(data.toString(), new Configuration()), new Configuration()))
                .containsExactly(
                        new UserCounts("alice", "Al | <ice>", 7, 2, 2, 0, 0, 0, 0, 3, 0),
                        new UserCounts("bob", null, 6, 0, 0, 1, 2, 1, 1, 1, 0),
                        new UserCounts("carol", null, 2, 0, 0, 0, 0, 1, 1, 0, 0),
                        new UserCounts(null, null, 2, 0, 0, 0, 0, 0, 2, 0, 0));
        assertThat(spark.read().parquet(data.resolve("set-aside").toString()).collectAsList())
                .map(Row::mkString)
                .containsExactly(
                        "posts.jsonl#1alice2https://t.co/a http://t.co/bshortnull",
                        "posts.jsonl#3alice4RT @bob: told by its textretweetsby its text",
                        "posts.jsonl#5alice6nothing in the text tellsretweetsnull",
                        "posts.jsonl#6alice7@bob @carol #tagshortnull",
                        "posts.jsonl#7bob8Привет, как дела?other_languagenull",
                        "posts.jsonl#8bob9Emoji COUNT 😀 <3!duplicatesnull",
                        "posts.jsonl#9bob10nullopted_outnull",
                        "posts.jsonl#11carol12nullopted_outnull",
                        "posts.jsonl#12carol13nullbadno text",
                        "posts.jsonl#13dave14far too littlesmall_usernull",
                        "posts.jsonl#14null15nobody said this herebadno user",
                        "posts.jsonl#15bob16what is the flagbada retweet flag that is neither true nor false",
                        "posts.jsonl#16nullnullnullbadmalformed JSON at column 43",
                        "posts.jsonl#17bob18in no language toldother_languagenull");
        List<String> texts = PrepareRuns.texts(data.resolve("train")).stream()
                .map(row -> row.getString(2) + " " + row.getString(3) + ": " + row.getString(4))
                .toList();
        assertThat(texts).hasSize(4).endsWith("bob 11: another one of these");
        assertThat(texts.subList(0, 3))
                .containsExactlyInAnyOrder(
                        "alice 1: Emoji count 😀 <3",
                        "alice 3: on www.example.org over several lines",
                        "alice 5: RT @bob: the flag says no");
        assertThat(Files.readString(data.resolve("counts.md")))
                .startsWith("| Data | Al \\| \\<ice\\> | bob | (nothing kept) | (no user) |\n")
                .contains("| Tweets downloaded | 7 | 6 | 2 | 2 |", "| Retweets | 2 | 0 | 0 | 0 |")
                .contains("| Short tweets | 2 | 0 | 0 | 0 |", "| Opted out | 0 | 1 | 1 | 0 |")
                .contains("| Unreadable | 0 | 1 | 1 | 2 |", "| Tweets kept | 3 | 1 | 0 | 0 |")
                .doesNotContain("carol", "dave");
        assertThat(runs.err())
                .isEqualTo("promptmill: warning: users with fewer than 40000 characters, of whom a model learns little:"
                        + " alice (104), bob (20)\n"
                        + "promptmill: warning: taken for retweets, since they begin with 'RT @name:' and have no"
                        + " retweet flag: 1 post\n");
        assertThat(runs.out().lines())
                .containsExactly(
                        "17 posts of 3 users: 4 kept, 0 of them held out, 4 bad, 2 opted out, 2 retweets, 2 other language,"
                                + " 2 short, 1 duplicates",
                        "left out with all their posts, for too few characters: dave (14)",
                        "training texts: 4 posts, 98 characters in 1 file, 1 pass",
                        "held out: 0 posts, 0 characters in 1 file",
                        "file:" + data);
        assertThat(data.resolve("_promptmill")).doesNotExist();
        JsonNode event = PrepareRuns.event(data, "complete");
        assertThat(event.at("/eventType").asText()).isEqualTo("COMPLETE");
        assertThat(event.at("/job/name").asText()).isEqualTo("prepare");
        assertThat(event.at("/run/runId"))
                .isEqualTo(PrepareRuns.event(data, "start").at("/run/runId"));
        assertThat(event.at("/inputs/0/name").asText()).isEqualTo("raw/posts-data");
        assertThat(event.at("/inputs/0/facets/promptmill_digest/sha256").asText())
                .isEqualTo(PrepareRuns.data(data).source().digest());
        assertThat(event.at("/outputs/0/name").asText()).isEqualTo("prepared/data");
        assertThat(event.at("/outputs/0/facets/promptmill_digest/sha256").asText())
                .isEqualTo(PrepareRuns.data(data).digest());
        assertThat(Lineage.parse(Files.readAllBytes(data.resolve(Lineage.FILE))).artifacts())
                .extracting(Artifact::label)
                .containsExactly("posts-data:v1", "data:v1");
    }

    @Test
    void shorterUsersAreRepeatedAndEachPassHasAnOrderOfItsOwn() throws Exception {
        List<String> posts = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            posts.add(post("talker", "t" + i, "this is my post with the number " + (100 + i)));
        }
        for (int i = 0; i < 4; i++) {
            posts.add(post("quiet", "q" + i, "just a word or " + (1000 + i)));
        }
        Path input = Files.write(temp.resolve("posts.jsonl"), posts);
        runs.prepare(input, data, "--min-characters=0", "--held-out-share=0", "--passes=3");
        List<Row> texts = PrepareRuns.texts(data.resolve("train"));
        assertThat(texts)
                .extracting(row -> row.getLong(0))
                .isEqualTo(
                        IntStream.range(0, texts.size()).mapToObj(i -> (long) i).toList());
        // 30 posts of 35 characters; 4 of 19: thirteen times all of them are 988, and four more reach 1,050.
        int longest = 30 * 35;
        List<List<String>> passes = new ArrayList<>();
        for (int pass = 0; pass < 3; pass++) {
            int number = pass;
            List<Row> ofPass =
                    texts.stream().filter(row -> row.getInt(1) == number).toList();
            assertThat(ofPass)
                    .extracting(row -> row.getString(2))
                    .isEqualTo(Stream.concat(
                                    Collections.nCopies(30, "talker").stream(),
                                    Collections.nCopies(56, "quiet").stream())
                            .toList());
            passes.add(ofPass.stream().map(row -> row.getString(3)).toList());
        }
        Map<String, List<Integer>> quiet = IntStream.range(30, 86)
                .boxed()
                .collect(groupingBy(passes.get(0)::get, TreeMap::new, mapping(i -> 1, toList())));
        assertThat(quiet.values()).allSatisfy(times -> assertThat(times).hasSize(14));
        assertThat(56 * 19).isBetween(longest, longest + 18);
        for (int pass = 1; pass < 3; pass++) {
            assertThat(passes.get(pass)).isNotEqualTo(passes.get(0)).containsExactlyInAnyOrderElementsOf(passes.get(0));
        }
        assertThat(passes.get(0).subList(0, 30))
                .isNotEqualTo(IntStream.range(0, 30).mapToObj(i -> "t" + i).toList());
        assertThat(PrepareRuns.data(data).train().posts()).isEqualTo(3 * 86);
        assertThat(PrepareRuns.data(data).train().characters()).isEqualTo(3L * (longest + 56 * 19));
    }

    @Test
    void theSameInputGivesTheSameBytesWhateverThePartitions() throws Exception {
        Path input = temp.resolve("posts");
        spark.createDataset(manyPosts(), Encoders.STRING())
                .repartition(3)
                .write()
                .text(input.toString());
        Map<String, Map<String, String>> files = new HashMap<>();
        for (String partitions : List.of("1", "7")) {
            spark.conf().set("spark.sql.shuffle.partitions", partitions);
            Path output = temp.resolve(partitions + "/data"); // lineage.json tells the name
            runs.prepare(input, output, "--input-format=jsonl", "--min-characters=0", "--drop-duplicates");
            files.put(partitions, PrepareRuns.files(output));
        }
        spark.conf().set("spark.sql.shuffle.partitions", "4");
        assertThat(files.get("7")).hasSize(7).isEqualTo(files.get("1"));
    }

    @Test
    void rowsFilesAndFormatsMayBeInAnyOrderAndASeedChangesTheTrainingOrderAlone() throws Exception {
        List<String> posts = manyPosts();
        Path inOrder = Files.write(temp.resolve("posts.jsonl"), posts);
        Path shuffled = Files.createDirectory(temp.resolve("shuffled"));
        Collections.shuffle(posts, new Random(5));
        List<String> csv = new ArrayList<>(List.of("id,user,text,is_retweet"));
        for (String post : posts.subList(0, 200)) {
            Map<?, ?> values = Json.read(post.getBytes(StandardCharsets.UTF_8), Map.class);
            csv.add((values.get("id") == null ? "" : values.get("id")) + "," + values.get("user") + ",\""
                    + values.get("text") + "\",");
        }
        Files.write(shuffled.resolve("a.csv"), csv);
        Files.write(shuffled.resolve("c.json"), posts.subList(200, 250));
        spark.read()
                .json(spark.createDataset(posts.subList(250, 400), Encoders.STRING()))
                .repartition(2)
                .write()
                .parquet(shuffled.resolve("b").toString());
        runs.prepare(inOrder, data, "--min-characters=0", "--users=user1,user0,user2");
        Path other = temp.resolve("other");
        runs.prepare(shuffled, other, "--min-characters=0", "--users=user1,user0,user2");
        Map<String, String> expected = PrepareRuns.files(data);
        assertThat(PrepareRuns.files(other))
                .hasSize(7)
                .containsEntry("train/part-00000.parquet", expected.get("train/part-00000.parquet"))
                .containsEntry("held-out/part-00000.parquet", expected.get("held-out/part-00000.parquet"))
                .containsEntry("counts.parquet", expected.get("counts.parquet"))
                .containsEntry("counts.md", expected.get("counts.md"));
        PreparedData record = PrepareRuns.data(data);
        assertThat(PrepareRuns.data(other).digest()).isEqualTo(record.digest());
        assertThat(PrepareRuns.data(other).source().files())
                .extracting(PreparedData.RawFile::format)
                .contains("csv", "jsonl", "parquet");
        assertThat(record.counts()).containsEntry("kept", 400L);
        assertThat(record.heldOut().posts())
                .isEqualTo(record.counts().get("held_out"))
                .isBetween(20L, 60L);
        assertThat(PrepareRuns.texts(data.resolve("held-out")))
                .extracting(row -> row.getString(3) + row.getString(4))
                .doesNotContainAnyElementsOf(PrepareRuns.texts(data.resolve("train")).stream()
                        .map(row -> row.getString(3) + row.getString(4))
                        .toList());

        Path reseeded = temp.resolve("reseeded");
        runs.prepare(inOrder, reseeded, "--min-characters=0", "--users=user1,user0,user2", "--seed=7");
        assertThat(PrepareRuns.data(reseeded).heldOut()).isEqualTo(record.heldOut());
        assertThat(PrepareRuns.data(reseeded).source()).isEqualTo(record.source());
        assertThat(PrepareRuns.data(reseeded).train().digest())
                .isNotEqualTo(record.train().digest());
    }

    @Test
    void onlyTheUsersThatAreAskedForAreTakenInTheirOrder() throws Exception {
        Path input = Files.write(temp.resolve("posts.jsonl"), manyPosts());
        runs.prepare(input, data, "--min-characters=0", "--users=user2, @User0", "--passes=1", "--balance=false");
        assertThat(runs.out()).contains("passed over, since --users does not name their users: 133 posts");
        assertThat(UserCountsFile.read(new OutputFiles(data.toString(), new Configuration()), new Configuration()))
                .extracting(UserCounts::user)
                .containsExactly("user2", "user0");
        assertThat(PrepareRuns.texts(data.resolve("train")))
                .extracting(row -> row.getString(2))
                .isSortedAccordingTo(Collections.reverseOrder());
    }

    @Test
    void plainTextAndArchivesHaveTheUserOfTheOptionOrTheAccount() throws Exception {
        Path lines = Files.writeString(temp.resolve("lines.txt"), "one two three\n\nfour five six\n");
        Path archive = Files.createDirectories(temp.resolve("archive/data"));
        Files.writeString(
                archive.resolve("account.js"),
                "window.YTD.account.part0 = [ {\"account\": {\"username\": \"Eve\", \"accountDisplayName\": \"Eve!\"}} ]");
        Files.writeString(
                archive.resolve("tweets.js"),
                "window.YTD.tweets.part0 = [ {\"tweet\": {\"full_text\": \"hello from my archive\", \"id_str\": \"1\"}} ]");
        runs.prepare(
                archive,
                data,
                "--input=" + lines,
                "--user=@Writer",
                "--min-characters=0",
                "--held-out-share=0",
                "--balance=false",
                "--passes=1");
        assertThat(UserCountsFile.read(new OutputFiles(data.toString(), new Configuration()), new Configuration()))
                .containsExactly(
                        new UserCounts("writer", null, 3, 0, 1, 0, 0, 0, 0, 2, 0),
                        new UserCounts("eve", "Eve!", 1, 0, 0, 0, 0, 0, 0, 1, 0));
    }

    @Test
    void whatIsTooLongOrNoTextIsABadPostAndItsNeighboursAreKept() throws Exception {
        String huge = "word ".repeat(2_000_000);
        Path posts = Files.writeString(
                temp.resolve("posts.jsonl"),
                post("a", "1", huge) + "\n" + post("a", "2", "this one is fine")
                        + "\n{\"user\": null, \"text\": \"x y z\"}\n");
        Path parquet = temp.resolve("broken");
        spark.sql("select 'a' as user, cast(unhex('C328') as string) as text, 3L as id, true as is_retweet"
                        + " union all select 'a', 'a retweet by a flag', 4L, true")
                .coalesce(1)
                .write()
                .parquet(parquet.toString());
        runs.prepare(posts, data, "--input=" + parquet, "--min-characters=0", "--held-out-share=0");
        assertThat(spark.read().parquet(data.resolve("set-aside").toString()).collectAsList())
                .extracting(
                        row -> row.getString(1),
                        row -> row.getString(2),
                        row -> row.getString(4),
                        row -> row.getString(5))
                .containsExactlyInAnyOrder(
                        tuple("a", "1", "bad", "a text of more than 1 MiB"),
                        tuple(null, null, "bad", "no user"),
                        tuple(null, null, "bad", "bytes that are not UTF-8"),
                        tuple("a", "4", "retweets", null));
        assertThat(PrepareRuns.data(data).counts()).containsEntry("kept", 1L).containsEntry("bad", 3L);
    }

    /** 400 posts of three users, some without id, some of them equal. */
    private static List<String> manyPosts() {
        List<String> posts = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            String text = "post number " + i % 390 + " says something " + "x".repeat(i % 13);
            posts.add(post("user" + i % 3, i % 5 == 0 ? null : "id" + i, text));
        }
        return posts;
    }

    private static String post(String user, String id, String text) {
        Map<String, String> post = new HashMap<>();
        post.put("user", user);
        post.put("text", text);
        if (id != null) {
            post.put("id", id);
        }
        return Json.writeCompact(post);
    }
}
