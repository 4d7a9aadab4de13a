package io.promptmill.jobs.source;

import io.promptmill.Amount;
import io.promptmill.spark.rows.Utf8Text;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * CSV in UTF-8 with a header: every record is a row. As for Spark, a field in which nothing stands has no value, one of two
 * quotes is an empty text, and blank lines are passed over.
 */
final class CsvRows implements RowReader {
    private final CsvRecords records;
    private final WantedColumns wanted;
    private final List<String> header = new ArrayList<>();
    private long number;

    CsvRows(InputStream in, WantedColumns wanted) throws IOException {
        this.records = new CsvRecords(in);
        this.wanted = wanted;
        Set<String> keys = new HashSet<>();
        for (byte[] field : records.next()) {
            String name = name(field, header.size());
            header.add(name);
            Optional<String> key = wanted.key(name);
            if (key.isPresent() && !keys.add(key.get())) {
                throw new DamagedSourceException("its header has two columns " + name);
            }
        }
    }

    /** Of a column that has none, as pandas writes an index, it is Spark's. */
    private static String name(byte[] field, int position) throws DamagedSourceException {
        if (field == null || field.length == 0) {
            return "_c" + position;
        }
        return Utf8Text.decode(field)
                .orElseThrow(() -> new DamagedSourceException("its header holds " + Lines.NOT_UTF8));
    }

    @Override
    public Optional<SourceRow> next() throws IOException {
        List<byte[]> fields;
        try {
            do {
                fields = records.next();
            } while (isBlank(fields));
        } catch (DamagedSourceException e) {
            throw new DamagedSourceException("in row " + number + " " + e.getMessage());
        }
        return fields.isEmpty() ? Optional.empty() : Optional.of(row(number++, fields));
    }

    private static boolean isBlank(List<byte[]> fields) {
        return fields.size() == 1 && fields.get(0) == null;
    }

    private SourceRow row(long row, List<byte[]> fields) {
        if (fields.size() != header.size()) {
            return SourceRow.bad(row, Amount.of(fields.size(), "field") + " where the header has " + header.size());
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            Optional<String> key = wanted.key(header.get(i));
            if (key.isPresent() && fields.get(i) != null) {
                Optional<String> text = Utf8Text.decode(fields.get(i));
                if (text.isEmpty()) {
                    return SourceRow.bad(row, Lines.NOT_UTF8);
                }
                values.put(key.get(), text.get());
            }
        }
        return SourceRow.of(row, values);
    }

    @Override
    public Set<String> columns() {
        return new LinkedHashSet<>(header);
    }

    @Override
    public void close() throws IOException {
        records.close();
    }
}
