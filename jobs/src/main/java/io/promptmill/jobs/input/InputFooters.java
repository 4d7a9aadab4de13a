package io.promptmill.jobs.input;

import io.promptmill.Problem;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/** Reads the footers of an input's files by one Spark job. */
final class InputFooters {
    private static final int MOST_TASKS = 64;
    private static final int SHOWN_FILES = 5;

    private InputFooters() {}

    /** The footers in the order of the files, be they readable or not. */
    static List<InputFooter> read(JavaSparkContext spark, InputListing listing) {
        List<String> paths = listing.files().stream()
                .map(file -> file.status().getPath().toUri().toString())
                .toList();
        SerializableConfiguration hadoop =
                new SerializableConfiguration(listing.configuration(spark.hadoopConfiguration()));
        return spark.parallelize(paths, Math.min(paths.size(), MOST_TASKS))
                .mapPartitions(part -> read(part, hadoop.value()).iterator())
                .collect();
    }

    private static List<InputFooter> read(Iterator<String> paths, Configuration hadoop) throws IOException {
        List<InputFooter> footers = new ArrayList<>();
        Map<String, String> schemas = new HashMap<>(); // an object that is in many footers is sent once
        while (paths.hasNext()) {
            InputFooter footer = InputFooter.read(new Path(URI.create(paths.next())), hadoop);
            footers.add(footer.withSchema(schemas.computeIfAbsent(footer.schema(), schema -> schema)));
        }
        return footers;
    }

    /** The footers in the order of the files, all of which are readable. */
    static List<InputFooter> readable(JavaSparkContext spark, InputListing listing) throws RefusalException {
        List<InputFooter> footers;
        try {
            footers = read(spark, listing);
        } catch (Exception e) { // Spark throws the tasks' checked ones undeclared
            if (Failures.causes(e).noneMatch(IOException.class::isInstance)) {
                throw e;
            }
            throw RefusalException.input(
                    "input_unreadable",
                    listing.option() + " " + listing.place() + " cannot be read",
                    Failures.rootMessage(e),
                    "check that every node can read all of its files");
        }
        List<InputFooter> refused =
                footers.stream().filter(footer -> footer.problem() != null).toList();
        if (refused.isEmpty()) {
            return footers;
        }
        Problem first = refused.get(0).problem();
        throw RefusalException.input(first.code(), first.what() + others(refused), first.why(), first.remedy());
    }

    private static String others(List<InputFooter> refused) {
        if (refused.size() == 1) {
            return "";
        }
        String names = refused.stream()
                .skip(1)
                .limit(SHOWN_FILES)
                .map(footer -> footer.file().path())
                .collect(Collectors.joining(", "));
        return " (others that cannot be read: " + names + (refused.size() - 1 > SHOWN_FILES ? ", …)" : ")");
    }
}
