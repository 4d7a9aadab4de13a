package io.promptmill.jobs.source;

import io.promptmill.spark.rows.Utf8Text;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.util.LineReader;

/** The lines of a text in UTF-8, with or without a byte order mark; none takes more memory than the longest allowed. Single-threaded. */
final class Lines implements Closeable {
    /** A line that is not shorter is no row. */
    static final int MAX_BYTES = 16 << 20;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    static final String NOT_UTF8 = "bytes that are not UTF-8";

    private final LineReader reader;
    private final Text line = new Text();
    private long number = -1;

    Lines(InputStream in) throws IOException {
        this.reader = new LineReader(withoutByteOrderMark(in));
    }

    /** The stream without the mark that some writers put in front of UTF-8. */
    static InputStream withoutByteOrderMark(InputStream in) throws IOException {
        PushbackInputStream all = new PushbackInputStream(in, BYTE_ORDER_MARK.length);
        byte[] head = all.readNBytes(BYTE_ORDER_MARK.length);
        if (!Arrays.equals(head, BYTE_ORDER_MARK)) {
            all.unread(head);
        }
        return all;
    }

    /** A line as a row's beginning, with nothing in it but its text or what is wrong with it. */
    record Line(long number, String text, String problem) {}

    /** The next line, or empty behind the last. */
    Optional<Line> next() throws IOException {
        int consumed = reader.readLine(line, MAX_BYTES);
        if (consumed == 0) {
            return Optional.empty();
        }
        number++;
        if (line.getLength() >= MAX_BYTES) { // the rest of it was passed over
            return Optional.of(new Line(number, null, "a line of more than 16 MiB"));
        }
        Optional<String> text = Utf8Text.decode(line.copyBytes());
        return Optional.of(new Line(number, text.orElse(null), text.isPresent() ? null : NOT_UTF8));
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
