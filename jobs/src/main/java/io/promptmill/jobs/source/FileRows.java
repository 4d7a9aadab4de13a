package io.promptmill.jobs.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** The work of one Spark task: files in, their rows out, one file open at a time. */
final class FileRows implements FlatMapFunction<Iterator<SourceFile>, Row> {
    private static final long serialVersionUID = 1;

    private final List<String> keys;
    private final WantedColumns wanted;
    private final SerializableConfiguration hadoop;

    FileRows(List<String> keys, WantedColumns wanted, SerializableConfiguration hadoop) {
        this.keys = keys;
        this.wanted = wanted;
        this.hadoop = hadoop;
    }

    @Override
    public Iterator<Row> call(Iterator<SourceFile> files) {
        OpenFile rows = new OpenFile(files);
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> rows.close());
        return rows;
    }

    /** A row of Spark's; where it has no value of its own it has that of {@code folders}. */
    static Row row(String file, SourceRow row, List<String> keys, Map<String, String> folders) {
        Object[] values = new Object[3 + keys.size()];
        values[0] = file;
        values[1] = row.number();
        values[2] = row.problem();
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            values[3 + i] = row.values().getOrDefault(key, folders.get(key));
        }
        return RowFactory.create(values);
    }

    /** Single-threaded; closed when its task ends. */
    private final class OpenFile implements Iterator<Row> {
        private final Iterator<SourceFile> files;
        private SourceFile file;
        private Map<String, String> folders = Map.of();
        /** Null between files. */
        private RowReader reader;

        private Optional<SourceRow> next = Optional.empty();

        OpenFile(Iterator<SourceFile> files) {
            this.files = files;
        }

        @Override
        public boolean hasNext() {
            try {
                while (next.isEmpty() && (reader != null || files.hasNext())) {
                    if (reader == null) {
                        file = files.next();
                        folders = wanted.ofFolders(file);
                        InputStream in = RowReaders.bytes(file, hadoop.value());
                        reader = RowReaders.open(file, in, wanted, hadoop.value());
                    }
                    next = reader.next();
                    if (next.isEmpty()) {
                        close();
                    }
                }
                return next.isPresent();
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Row row = row(file.name(), next.get(), keys, folders);
            next = Optional.empty();
            return row;
        }

        private void close() {
            if (reader != null) {
                try {
                    reader.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } finally {
                    reader = null;
                }
            }
        }
    }
}
