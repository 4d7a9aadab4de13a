package io.promptmill.jobs.source;

import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.input.InputListing;
import io.promptmill.jobs.input.InputListing.ListedFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The files below several inputs, each once. Immutable.
 *
 * @param inputs what lies below each input, without what an input before it has
 * @param files all of them in the order of their names, so that the order of the inputs makes no difference
 */
public record SourceListing(List<InputListing> inputs, List<SourceFile> files) {
    /** Tells whose archive it is; read with the tweets, not as a file of its own. */
    static final String ACCOUNT_FILE = "account.js";

    public SourceListing {
        inputs = List.copyOf(inputs);
        files = List.copyOf(files);
    }

    /** Lists them; refuses what is not there, and names that tell no format. */
    public static SourceListing of(SourceSettings settings, Configuration hadoop) throws RefusalException {
        List<InputListing> inputs = new ArrayList<>();
        Map<Path, Named> named = new LinkedHashMap<>();
        for (String input : settings.inputs()) {
            Set<Path> before = new HashSet<>(named.keySet());
            InputListing listing = InputListing.of(settings.option(), input, hadoop)
                    .only(path -> !before.contains(path) && !path.getName().equals(ACCOUNT_FILE));
            listing.files()
                    .forEach(file -> named.put(
                            file.status().getPath(),
                            new Named(
                                    file,
                                    name(listing.paths().get(0), file.status().getPath()))));
            inputs.add(listing);
        }
        if (named.isEmpty()) {
            throw RefusalException.input(
                    "input_empty",
                    settings.option() + " " + String.join(", ", settings.inputs()) + " holds no file with rows",
                    ACCOUNT_FILE + " tells whose archive it is and holds no tweets",
                    "give tweets.js, which lies beside it");
        }
        return new SourceListing(inputs, files(named, settings));
    }

    /** The files that are not Parquet. */
    public List<SourceFile> texts() {
        return files.stream()
                .filter(file -> file.format() != SourceFormat.PARQUET)
                .toList();
    }

    /** The Parquet files of all inputs together. */
    public InputListing parquet() {
        return parquet(inputs.size() == 1 ? inputs.get(0) : InputListing.together(inputs));
    }

    /** The Parquet files of one of the inputs. */
    InputListing parquet(InputListing input) {
        Set<Path> paths = new HashSet<>();
        files.stream().filter(file -> file.format() == SourceFormat.PARQUET).forEach(file -> paths.add(file.path()));
        return input.only(paths::contains);
    }

    /** What was asked for, with its file systems. */
    public List<Path> paths() {
        return inputs.stream().flatMap(input -> input.paths().stream()).toList();
    }

    /** The names of the files by where Spark says that they are. */
    public FileNames names() {
        return new FileNames(files);
    }

    /** Hadoop's configuration with what is needed to open the files. */
    Configuration configuration(Configuration hadoop) {
        Configuration settings = hadoop;
        for (InputListing input : inputs) {
            settings = input.configuration(settings);
        }
        return settings;
    }

    private record Named(ListedFile file, String name) {}

    private static List<SourceFile> files(Map<Path, Named> named, SourceSettings settings) throws RefusalException {
        Map<String, Integer> times = new HashMap<>();
        named.values().forEach(file -> times.merge(file.name(), 1, Integer::sum));
        List<SourceFile> files = new ArrayList<>();
        for (Named file : named.values()) {
            FileStatus status = file.file().status();
            Path path = status.getPath();
            Optional<SourceFormat> format = settings.format()
                    .or(() -> SourceFormat.ofName(path.getName()))
                    .or(settings::unnamed);
            files.add(new SourceFile(
                    times.get(file.name()) > 1 ? path.toString() : file.name(),
                    format.orElseThrow(() -> unknown(path, settings)),
                    path.toUri().toString(),
                    status.getLen(),
                    status.getModificationTime(),
                    file.file().columns()));
        }
        files.sort(Comparator.comparing(SourceFile::name));
        return files;
    }

    private static RefusalException unknown(Path path, SourceSettings settings) {
        return RefusalException.input(
                "input_format_unknown",
                "the name of " + path + " does not tell its format",
                "the ends of names that do are " + SourceFormat.allExtensions(),
                settings.formatRemedy());
    }

    /** A file's path below what was asked for; where that is a pattern, below the last folder without one. */
    private static String name(Path input, Path file) {
        String base = input.toUri().getPath();
        String path = file.toUri().getPath();
        if (path.equals(base)) {
            return file.getName();
        }
        if (!path.startsWith(base + Path.SEPARATOR)) {
            int pattern = firstOf("*?[{\\", base);
            base = base.substring(0, base.lastIndexOf(Path.SEPARATOR_CHAR, pattern));
        }
        return path.substring(base.endsWith(Path.SEPARATOR) ? base.length() : base.length() + 1);
    }

    private static int firstOf(String characters, String text) {
        return characters
                .chars()
                .map(text::indexOf)
                .filter(index -> index >= 0)
                .min()
                .orElse(text.length() - 1);
    }
}
