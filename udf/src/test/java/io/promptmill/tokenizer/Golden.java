package io.promptmill.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.TokenIds;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** Reference data made with transformers; the folder {@code goldens} of the test resources says how. */
final class Golden {
    private Golden() {}

    static Path path(String name) {
        try {
            return Path.of(
                    Golden.class.getResource("/io/promptmill/goldens/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<JsonNode> lines(String name) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(path(name))) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    static TokenIds ids(JsonNode list) {
        return TokenIds.of(StreamSupport.stream(list.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray());
    }

    static TokenizerDefinition definition(String folder) throws Exception {
        return TokenizerDefinition.read(path(folder)).orElseThrow();
    }

    /** The tokenizer of a folder, by way of its canonical {@code tokenizer.json} written to another folder. */
    static TokenizerDefinition rewritten(String folder, Path empty) throws Exception {
        return rewritten(definition(folder), empty);
    }

    /** A tokenizer by way of its canonical {@code tokenizer.json}, written to a folder. */
    static TokenizerDefinition rewritten(TokenizerDefinition definition, Path folder)
            throws IOException, InvalidCheckpointException {
        Files.writeString(folder.resolve("tokenizer.json"), definition.canonicalJson());
        return TokenizerDefinition.read(folder).orElseThrow();
    }
}
