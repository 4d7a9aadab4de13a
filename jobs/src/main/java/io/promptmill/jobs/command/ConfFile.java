package io.promptmill.jobs.command;

import io.promptmill.Problem;
import io.promptmill.jobs.command.CommandOption.Takes;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.spark.rows.NearestName;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * The file of {@code --conf-file}: Java properties in UTF-8 whose keys are the options' names without the dashes in
 * front. An option that may be given several times has one key, or indexed ones: {@code stop.1}, {@code stop.2}.
 */
public final class ConfFile {
    static final CommandOption OPTION = CommandOption.optional(
            "conf-file",
            "FILE",
            "Properties file with any of these options as keys, without the dashes; a Hadoop path or one of --files.");

    private static final Pattern INDEXED = Pattern.compile("(.+)\\.(\\d{1,9})");

    private ConfFile() {}

    /**
     * The file's settings, keys checked.
     *
     * @param file a path on the driver or on any file system of Hadoop's, or the name of a file of {@code --files}
     */
    public static OptionSource read(String file, OptionTable table) throws RefusalException {
        Map<String, String> entries = entries(file);
        Map<String, TreeMap<Integer, String>> byName = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            Key key = key(entry.getKey(), file, table);
            String value = key.option.takes() == Takes.OPTIONAL_VALUE
                            && entry.getValue().isEmpty()
                    ? "true"
                    : entry.getValue();
            if (byName.computeIfAbsent(key.option.name(), name -> new TreeMap<>())
                            .put(key.index, value)
                    != null) {
                throw twice(key.option.name(), file);
            }
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        byName.forEach((name, indexed) -> values.put(name, List.copyOf(indexed.values())));
        return new OptionSource("in " + file, values);
    }

    private static Map<String, String> entries(String file) throws RefusalException {
        List<String> repeated = new ArrayList<>();
        Properties properties = new Properties() {
            private static final long serialVersionUID = 1;

            @Override
            public synchronized Object put(Object key, Object value) {
                Object earlier = super.put(key, value);
                if (earlier != null) {
                    repeated.add((String) key);
                }
                return earlier;
            }
        };
        try (Reader reader = new ConfFilePlaces(new SparkConf()).open(file)) {
            properties.load(reader);
        } catch (IOException | RuntimeException e) {
            throw new RefusalException(
                    ExitCode.WRONG_USAGE,
                    new Problem(
                            "conf_file_unreadable",
                            "--conf-file " + file + " cannot be read",
                            e.getClass().getSimpleName() + ": " + Failures.rootMessage(e),
                            "give a properties file in UTF-8 on the driver's disk, on any Hadoop path or among --files"),
                    e);
        }
        if (!repeated.isEmpty()) {
            throw twice(repeated.get(0), file);
        }
        Map<String, String> entries = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> entries.put(name, properties.getProperty(name)));
        return entries;
    }

    private static Key key(String text, String file, OptionTable table) throws RefusalException {
        Optional<CommandOption> plain = table.find(text);
        if (plain.isPresent()) {
            return new Key(plain.get(), 0);
        }
        Matcher indexed = INDEXED.matcher(text);
        if (indexed.matches()) {
            Optional<CommandOption> option = table.find(indexed.group(1));
            if (option.isPresent() && option.get().takes() == Takes.VALUE_EACH_TIME) {
                return new Key(option.get(), Integer.parseInt(indexed.group(2)));
            }
        }
        throw RefusalException.usage(
                "unknown_key",
                text + " in " + file + " is not a key",
                "keys are the options of " + table.command() + " without the dashes in front",
                NearestName.of(text, table.names())
                        .map(near -> "did you mean " + near + "?")
                        .orElse(table.command() + " --help tells them all"));
    }

    private static RefusalException twice(String name, String file) {
        return RefusalException.usage(
                "key_given_twice",
                name + " stands twice in " + file,
                "only one of the two values could be used",
                "keep one, or number those of an option that takes several, such as stop.1 and stop.2");
    }

    private record Key(CommandOption option, int index) {}
}
