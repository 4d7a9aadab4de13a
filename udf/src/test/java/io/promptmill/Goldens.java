package io.promptmill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/** Reference data made with transformers 5.23 and torch 2.15, in the test resources' folder {@code goldens}. */
public final class Goldens {
    private Goldens() {}

    public static Path path(String name) {
        return resource("/io/promptmill/goldens/" + name);
    }

    public static Path resource(String name) {
        try {
            return Path.of(Goldens.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The objects of a file with one JSON object a line. */
    public static List<JsonNode> lines(String name) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(path(name))) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    public static TokenIds ids(JsonNode list) {
        return TokenIds.of(StreamSupport.stream(list.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray());
    }

    /** The float32 matrices of a safetensors file, by name. */
    public static Map<String, float[]> floats(String name) throws Exception {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path(name))).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[(int) file.getLong()];
        file.get(header);
        ByteBuffer values = file.slice().order(ByteOrder.LITTLE_ENDIAN);
        Map<String, float[]> tensors = new TreeMap<>();
        new ObjectMapper().readTree(header).properties().forEach(field -> {
            if (!field.getKey().equals("__metadata__")) {
                JsonNode offsets = field.getValue().get("data_offsets");
                int begin = offsets.get(0).intValue();
                float[] floats = new float[(offsets.get(1).intValue() - begin) / Float.BYTES];
                values.slice(begin, floats.length * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .get(floats);
                tensors.put(field.getKey(), floats);
            }
        });
        return tensors;
    }
}
