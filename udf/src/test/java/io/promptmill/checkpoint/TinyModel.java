package io.promptmill.checkpoint;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The golden GPT-2 of 3 layers, 48 wide, 512 tokens, as transformers saved it in several containers. */
public final class TinyModel {
    public static final String CONFIG = "{\"model_type\":\"gpt2\",\"vocab_size\":7,\"n_positions\":4,\"n_embd\":2,"
            + "\"n_layer\":1,\"n_head\":1,\"bos_token_id\":0,\"eos_token_id\":0}";

    private TinyModel() {}

    /** The folder of a container; "" is the safetensors file in float32. */
    public static Path folder(String container) {
        try {
            return Path.of(TinyModel.class
                            .getResource("/io/promptmill/goldens/tiny/config.json")
                            .toURI())
                    .resolveSibling(container);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A copy of a container's files that a test may damage. */
    public static Path copy(String container, Path into) throws IOException {
        try (Stream<Path> files = Files.list(folder(container))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, into.resolve(file.getFileName()));
            }
        }
        return into;
    }
}
