package io.promptmill.jobs.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.promptmill.jobs.source.Lines.Line;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** JSON lines: every line that is not blank is an object and a row. */
final class JsonLines implements RowReader {
    /** More names of columns are not kept. */
    static final int MOST_NAMES = 10_000;

    private final Lines lines;
    private final WantedColumns wanted;
    private final Set<String> names = new LinkedHashSet<>();

    JsonLines(InputStream in, WantedColumns wanted) throws IOException {
        this.lines = new Lines(in);
        this.wanted = wanted;
    }

    @Override
    public Optional<SourceRow> next() throws IOException {
        Optional<Line> line = lines.next();
        while (line.isPresent()
                && line.get().problem() == null
                && line.get().text().isBlank()) {
            line = lines.next();
        }
        return line.isPresent() ? Optional.of(row(line.get())) : Optional.empty();
    }

    private SourceRow row(Line line) throws IOException {
        if (line.problem() != null) {
            return SourceRow.bad(line.number(), line.problem());
        }
        try (JsonParser parser = JsonText.STRICT.createParser(line.text())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return SourceRow.bad(line.number(), "no JSON object");
            }
            Map<String, String> values = new HashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                Optional<String> key = wanted.key(name);
                if (names.size() < MOST_NAMES) {
                    names.add(name);
                }
                if (key.isEmpty()) {
                    parser.skipChildren();
                } else if (values.containsKey(key.get())) {
                    return SourceRow.bad(line.number(), "two fields for the column " + key.get());
                } else if (key.get().equals(wanted.lineKey())
                        && parser.currentToken().isStructStart()) {
                    return SourceRow.bad(line.number(), "a list or an object in the column " + key.get());
                } else {
                    values.put(key.get(), JsonText.value(parser));
                }
            }
            return parser.nextToken() == null
                    ? SourceRow.of(line.number(), values)
                    : SourceRow.bad(line.number(), "something behind the JSON object");
        } catch (JsonProcessingException e) {
            return SourceRow.bad(line.number(), JsonText.place(e));
        }
    }

    @Override
    public Set<String> columns() {
        return Collections.unmodifiableSet(names);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
