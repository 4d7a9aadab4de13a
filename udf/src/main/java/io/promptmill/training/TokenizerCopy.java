package io.promptmill.training;

import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.tokenizer.folder.TokenizerFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The tokenizer files of a folder for another one, as they are. Stateless. */
final class TokenizerCopy {
    static final String TOKENIZER = "tokenizer.json";
    static final String SETTINGS = "tokenizer_config.json";
    static final String SPECIAL_TOKENS = "special_tokens_map.json";
    static final String ADDED_TOKENS = "added_tokens.json";

    private static final List<String> FILES = List.of(
            TOKENIZER, SETTINGS, SPECIAL_TOKENS, ADDED_TOKENS, "vocab.json", "merges.txt", "chat_template.jinja");

    private TokenizerCopy() {}

    /** The contents by the files' names. */
    static SortedMap<String, byte[]> of(CheckpointFolder folder) throws InvalidCheckpointException, IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (String file : FILES) {
            if (folder.isFile(file)) {
                files.put(file, folder.text(file, TokenizerFiles.KIND).getBytes(StandardCharsets.UTF_8));
            }
        }
        return files;
    }
}
