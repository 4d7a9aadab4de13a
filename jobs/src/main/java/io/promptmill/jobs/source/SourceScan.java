package io.promptmill.jobs.source;

import io.promptmill.Sha256;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads every file from end to end, as a Spark job, before anything is made of its rows. A file is read by one task: its
 * digest, its line numbers and the quotes of CSV are known from its beginning only.
 */
final class SourceScan {
    private static final int MOST_TASKS_AT_LEAST = 64;
    private static final int SHOWN_FILES = 5;

    private SourceScan() {}

    /**
     * The reports in the order of the files; refuses those that are damaged or not of their format, and columns that are in
     * a file and in the name of its folder, by name.
     */
    static List<FileReport> readable(
            JavaSparkContext spark,
            SourceSettings settings,
            List<SourceFile> files,
            WantedColumns wanted,
            SerializableConfiguration hadoop)
            throws RefusalException {
        List<FileReport> reports;
        try {
            reports = of(spark, files, wanted, hadoop);
        } catch (Exception e) { // Spark throws the tasks' checked ones undeclared
            if (Failures.causes(e).noneMatch(IOException.class::isInstance)) {
                throw e;
            }
            throw settings.unreadable(e);
        }
        refuseDamaged(reports, settings);
        for (FileReport report : reports) {
            refuseClash(report);
        }
        return reports;
    }

    private static void refuseDamaged(List<FileReport> reports, SourceSettings settings) throws RefusalException {
        List<FileReport> refused =
                reports.stream().filter(report -> damage(report).isPresent()).toList();
        if (refused.isEmpty()) {
            return;
        }
        FileReport first = refused.get(0);
        String others = refused.stream()
                .skip(1)
                .limit(SHOWN_FILES)
                .map(report -> report.file().uri())
                .reduce((one, other) -> one + ", " + other)
                .map(names ->
                        " (others that cannot be read: " + names + (refused.size() - 1 > SHOWN_FILES ? ", …)" : ")"))
                .orElse("");
        throw RefusalException.input(
                "input_not_of_its_format",
                first.file().path() + " is not " + first.file().format().description() + others,
                damage(first).orElseThrow(),
                settings.formatRemedy());
    }

    /** Why a file is not what its name says, if so. */
    private static Optional<String> damage(FileReport report) {
        if (report.damage() != null) {
            return Optional.of(report.damage());
        }
        return report.rows() > 0 && report.bad() == report.rows()
                ? Optional.of("none of its " + report.rows() + " rows can be read, such as " + report.problem())
                : Optional.empty();
    }

    private static void refuseClash(FileReport report) throws RefusalException {
        for (String column : report.columns()) {
            if (report.file().folders().has(column)) {
                throw RefusalException.input(
                        "column_clash",
                        "the column " + column + " is in " + report.file().path()
                                + " and in the name of a folder around" + " it",
                        "they may differ, and nothing says which is meant",
                        "rename the folder or the column, or give the folders as a pattern, whose own names give no"
                                + " columns");
            }
        }
    }

    private static List<FileReport> of(
            JavaSparkContext spark, List<SourceFile> files, WantedColumns wanted, SerializableConfiguration hadoop) {
        return spark.parallelize(files, tasks(spark, files.size()))
                .mapPartitions(part -> read(part, wanted, hadoop.value()))
                .collect();
    }

    /** Into how many tasks files are shared. */
    static int tasks(JavaSparkContext spark, int files) {
        return Math.max(1, Math.min(files, Math.max(MOST_TASKS_AT_LEAST, 4 * spark.defaultParallelism())));
    }

    private static Iterator<FileReport> read(Iterator<SourceFile> files, WantedColumns wanted, Configuration hadoop)
            throws IOException {
        List<FileReport> reports = new ArrayList<>();
        while (files.hasNext()) {
            reports.add(read(files.next(), wanted, hadoop));
        }
        return reports.iterator();
    }

    private static FileReport read(SourceFile file, WantedColumns wanted, Configuration hadoop) throws IOException {
        if (file.format() == SourceFormat.PARQUET) {
            String digest = Sha256.ofStream(RowReaders.bytes(file, hadoop));
            return new FileReport(file, digest, 0, 0, 0, List.of(), null, null);
        }
        MessageDigest digest = Sha256.newDigest();
        try (InputStream in = new DigestInputStream(RowReaders.bytes(file, hadoop), digest);
                RowReader rows = RowReaders.open(file, in, wanted, hadoop)) {
            return read(file, rows, in, digest);
        } catch (DamagedSourceException e) {
            return new FileReport(file, "", 0, 0, 0, List.of(), null, e.getMessage());
        }
    }

    private static FileReport read(SourceFile file, RowReader reader, InputStream in, MessageDigest digest)
            throws IOException {
        long rows = 0;
        long bad = 0;
        long end = 0;
        String problem = null;
        for (Optional<SourceRow> row = reader.next(); row.isPresent(); row = reader.next()) {
            rows++;
            end = row.get().number() + 1;
            if (row.get().problem() != null) {
                bad++;
                problem = problem == null
                        ? "row " + row.get().number() + ": " + row.get().problem()
                        : problem;
            }
        }
        in.transferTo(OutputStream.nullOutputStream()); // what is behind the last row belongs to the digest
        return new FileReport(
                file, Sha256.hex(digest.digest()), rows, bad, end, List.copyOf(reader.columns()), problem, null);
    }
}
