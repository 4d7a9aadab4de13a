package io.promptmill.jobs.tracking;

import io.promptmill.jobs.store.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Records as JSON lines: one on each line, the last line ended like the others. */
public final class JsonLines {
    private JsonLines() {}

    /** The content of a file. */
    public static byte[] write(List<?> records) {
        StringBuilder lines = new StringBuilder();
        records.forEach(value -> lines.append(Json.writeCompact(value)).append('\n'));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The records of a file.
     *
     * @throws IOException for a line that is no such record, with its number from 1
     */
    public static <T> List<T> read(byte[] content, Class<T> type) throws IOException {
        List<T> records = new ArrayList<>();
        int number = 0;
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                records.add(Json.read(line.getBytes(StandardCharsets.UTF_8), type));
            } catch (IOException e) {
                throw new IOException("line " + number + ": " + e.getMessage(), e);
            }
        }
        return records;
    }
}
