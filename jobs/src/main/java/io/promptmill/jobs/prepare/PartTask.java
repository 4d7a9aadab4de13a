package io.promptmill.jobs.prepare;

import io.promptmill.jobs.lease.LeaseTicket;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The work of one Spark task: rows sorted by the part they are in, which is their first column, become the files of these
 * parts. Where the schema begins with a position, rows get their number among those of all parts.
 */
final class PartTask implements FlatMapFunction<Iterator<InternalRow>, PartReport> {
    private static final long serialVersionUID = 1;

    /** The column of a row's number. */
    static final String POSITION = "position";

    private final String output;
    private final String folder;
    private final StructType schema;
    private final HashMap<Integer, Long> firstPositions = new HashMap<>();
    private final HashMap<Integer, Integer> numbers = new HashMap<>();
    private final LeaseTicket lease;
    private final SerializableConfiguration hadoop;

    /**
     * A task.
     *
     * @param output the data folder
     * @param folder the folder in it
     * @param schema of the files
     * @param rows of each part
     * @param lease asked before a file gets its name
     */
    PartTask(
            String output,
            String folder,
            StructType schema,
            Map<Integer, Long> rows,
            LeaseTicket lease,
            Configuration hadoop) {
        this.output = output;
        this.folder = folder;
        this.schema = schema;
        this.lease = lease;
        this.hadoop = new SerializableConfiguration(hadoop);
        long position = 0;
        for (Map.Entry<Integer, Long> part : new TreeMap<>(rows).entrySet()) {
            firstPositions.put(part.getKey(), position);
            numbers.put(part.getKey(), numbers.size());
            position += part.getValue();
        }
    }

    /** The file with that number. */
    static String fileName(String folder, int number) {
        return String.format(Locale.ROOT, "%s/part-%05d.parquet", folder, number);
    }

    @Override
    public Iterator<PartReport> call(Iterator<InternalRow> rows) throws IOException {
        List<PartReport> reports = new ArrayList<>();
        OutputFiles files = new OutputFiles(output, hadoop.value());
        InternalRow row = rows.hasNext() ? rows.next() : null;
        while (row != null) {
            lease.check(files);
            int part = row.getInt(0);
            try (PartFile file = new PartFile(files, fileName(folder, numbers.get(part)), schema, hadoop.value())) {
                for (long position = firstPositions.get(part); row != null && row.getInt(0) == part; position++) {
                    TaskContext.get().killTaskIfInterrupted();
                    file.write(values(row, position));
                    row = rows.hasNext() ? rows.next() : null;
                }
                reports.add(file.commit(lease));
            }
        }
        return reports.iterator();
    }

    private InternalRow values(InternalRow row, long position) {
        Object[] values = new Object[schema.length()];
        int from = 0;
        if (schema.apply(0).name().equals(POSITION)) {
            values[0] = position;
            from = 1;
        }
        for (int i = from; i < values.length; i++) {
            int column = i - from + 1;
            values[i] = row.isNullAt(column)
                    ? null
                    : row.get(column, schema.apply(i).dataType());
        }
        return new GenericInternalRow(values);
    }
}
