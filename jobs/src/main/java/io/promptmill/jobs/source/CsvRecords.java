package io.promptmill.jobs.source;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The records of CSV as RFC 4180 has it, in bytes: a field in double quotes may hold commas, line breaks and doubled quotes. A
 * line feed alone ends a record, too. Single-threaded.
 */
final class CsvRecords implements Closeable {
    private static final int MAX_RECORD_BYTES = Lines.MAX_BYTES;
    private static final int END = -1;

    private final InputStream in;
    private final ByteArrayOutputStream field = new ByteArrayOutputStream();
    /** What ended the latest field: a comma, a line feed or {@link #END}. */
    private int separator = '\n';

    private int recordBytes;

    CsvRecords(InputStream in) throws IOException {
        this.in = new BufferedInputStream(Lines.withoutByteOrderMark(in));
    }

    /**
     * The fields of the next record, null where nothing stands, be it quotes; none behind the last.
     *
     * @throws DamagedSourceException where a quote is not closed or stands inside a field
     */
    List<byte[]> next() throws IOException {
        List<byte[]> fields = new ArrayList<>();
        recordBytes = 0;
        int next = in.read();
        if (next == END) {
            return fields;
        }
        do {
            fields.add(next == '"' ? quoted() : plain(next));
            next = separator == ',' ? in.read() : END;
        } while (separator == ',');
        return fields;
    }

    private byte[] plain(int first) throws IOException {
        field.reset();
        int next = first;
        while (next != ',' && next != '\n' && next != END) {
            if (next == '"') {
                throw new DamagedSourceException("a quote stands inside a field that does not begin with one");
            }
            add(next);
            next = in.read();
        }
        separator = next;
        byte[] bytes = field.toByteArray();
        boolean endsWithReturn = next != ',' && bytes.length > 0 && bytes[bytes.length - 1] == '\r';
        int length = endsWithReturn ? bytes.length - 1 : bytes.length;
        return length == 0 ? null : Arrays.copyOf(bytes, length);
    }

    private byte[] quoted() throws IOException {
        field.reset();
        int next = in.read();
        while (next != '"' || (next = in.read()) == '"') {
            if (next == END) {
                throw new DamagedSourceException("a quote is not closed");
            }
            add(next);
            next = in.read();
        }
        if (next == '\r') {
            next = in.read();
        }
        if (next != ',' && next != '\n' && next != END) {
            throw new DamagedSourceException("something stands between a closing quote and the next comma");
        }
        separator = next;
        return field.toByteArray();
    }

    private void add(int next) throws DamagedSourceException {
        field.write(next);
        recordBytes++;
        if (recordBytes > MAX_RECORD_BYTES) {
            throw new DamagedSourceException("a record has more than 16 MiB, a quote may not be closed");
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
