package io.promptmill.jobs.source;

import io.promptmill.Sha256;
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

    private SourceScan() {}

    /** The reports in the order of the files. */
    static List<FileReport> of(JavaSparkContext spark, List<SourceFile> files, WantedColumns wanted) {
        SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
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
