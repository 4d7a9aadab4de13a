package io.promptmill.spark.executor;

import ai.djl.engine.EngineException;
import io.promptmill.TokenIds;
import io.promptmill.tokenizer.Tokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Makes token ids of the configured prefix on the driver, where a prefix that leaves no room for prompts is refused.
 */
public final class PrefixTokens {
    private PrefixTokens() {}

    /**
     * The ids, or empty where this machine cannot load the native tokenizer: then the executors find out, row by row.
     */
    public static Optional<TokenIds> of(String prefix, TokenizerDefinition definition) {
        NativeSettings.apply(Path.of(System.getProperty("java.io.tmpdir")));
        try (Tokenizer tokenizer = new Tokenizer(definition)) {
            return Optional.of(tokenizer.encode(prefix));
        } catch (LinkageError | EngineException e) {
            return Optional.empty();
        }
    }
}
