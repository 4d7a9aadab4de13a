package io.promptmill.jobs.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Plain text: every line is a row with one column. */
final class TextLines implements RowReader {
    private final Lines lines;
    private final String key;

    TextLines(InputStream in, WantedColumns wanted) throws IOException {
        this.lines = new Lines(in);
        this.key = wanted.lineKey();
    }

    @Override
    public Optional<SourceRow> next() throws IOException {
        return lines.next()
                .map(line -> line.problem() == null
                        ? SourceRow.of(line.number(), Map.of(key, line.text()))
                        : SourceRow.bad(line.number(), line.problem()));
    }

    @Override
    public Set<String> columns() {
        return Set.of(key);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
