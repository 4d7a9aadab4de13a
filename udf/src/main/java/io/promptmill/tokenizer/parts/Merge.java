package io.promptmill.tokenizer.parts;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Two tokens whose texts joined are a third. */
public record Merge(String left, String right) {
    /** Begins a line that is none. Others may begin with #, it is a token like any other. */
    private static final String VERSION = "#version";

    /** Those of a {@code merges.txt}, one a line. */
    static List<Merge> lines(String text) throws InvalidCheckpointException {
        List<Merge> merges = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (!line.isEmpty()) {
                parse(line).ifPresent(merges::add);
            }
        }
        return merges;
    }

    /** Those of a list in {@code tokenizer.json}: pairs, or texts as older versions of the library write them. */
    static List<Merge> read(JsonObject object, String field) throws InvalidCheckpointException {
        List<Merge> merges = new ArrayList<>();
        for (JsonNode merge : object.array(field)) {
            if (merge.isTextual()) {
                parse(merge.textValue()).ifPresent(merges::add);
            } else if (merge.size() == 2
                    && merge.path(0).isTextual()
                    && merge.path(1).isTextual()) {
                merges.add(new Merge(merge.get(0).textValue(), merge.get(1).textValue()));
            } else {
                throw Refusal.broken(object.said(field), "each merge is two texts");
            }
        }
        return merges;
    }

    /** The merge in a text, or empty for the line that says the version. */
    private static Optional<Merge> parse(String line) throws InvalidCheckpointException {
        if (line.startsWith(VERSION)) {
            return Optional.empty();
        }
        int space = line.indexOf(' ');
        if (space <= 0 || space == line.length() - 1 || line.indexOf(' ', space + 1) >= 0) {
            throw Refusal.broken(
                    "merge " + InvalidCheckpointException.quote(line) + " is not two tokens with a space between",
                    "its parts are unclear");
        }
        return Optional.of(new Merge(line.substring(0, space), line.substring(space + 1)));
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartArray();
        json.writeString(left);
        json.writeString(right);
        json.writeEndArray();
    }
}
