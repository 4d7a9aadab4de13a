package io.promptmill.jobs.prepare;

import io.promptmill.jobs.lease.LeaseTicket;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/** Writes sorted rows as numbered Parquet files, by two Spark jobs: one counts the rows of each file, one writes them. */
final class PartWriter {
    private final OutputFiles files;
    private final LeaseTicket lease;
    private final Configuration hadoop;

    /** A writer into a folder that is held. */
    PartWriter(OutputFiles files, LeaseTicket lease, Configuration hadoop) {
        this.files = files;
        this.lease = lease;
        this.hadoop = hadoop;
    }

    /**
     * Writes rows.
     *
     * @param sorted with the number of the part first; each partition has whole parts, sorted
     * @param folder in the data folder
     * @param schema of the files; their first column may be {@link PartTask#POSITION}, the others are those of the rows
     * @return the files in their order, at least one
     */
    List<PartReport> write(Dataset<Row> sorted, String folder, StructType schema) throws IOException {
        JavaRDD<InternalRow> rows = sorted.queryExecution().toRdd().toJavaRDD();
        Map<Integer, Long> rowsOfPart = new HashMap<>();
        rows.mapPartitions(PartWriter::count)
                .collect()
                .forEach(counts -> counts.forEach((part, count) -> rowsOfPart.merge(part, count, Long::sum)));
        if (rowsOfPart.isEmpty()) {
            try (PartFile file = new PartFile(files, PartTask.fileName(folder, 0), schema, hadoop)) {
                return List.of(file.commit(lease));
            }
        }
        PartTask task = new PartTask(files.folder().toString(), folder, schema, rowsOfPart, lease, hadoop);
        List<PartReport> reports = new ArrayList<>(rows.mapPartitions(task).collect());
        reports.sort(Comparator.comparing(PartReport::file));
        return List.copyOf(reports);
    }

    private static Iterator<Map<Integer, Long>> count(Iterator<InternalRow> rows) {
        Map<Integer, Long> counts = new HashMap<>();
        while (rows.hasNext()) {
            counts.merge(rows.next().getInt(0), 1L, Long::sum);
        }
        return List.of(counts).iterator();
    }
}
