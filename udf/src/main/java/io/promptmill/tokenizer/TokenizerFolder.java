package io.promptmill.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.checkpoint.CheckpointFolder;
import io.promptmill.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The tokenizer files of a checkpoint folder: {@code tokenizer.json}, or else {@code vocab.json} with {@code
 * merges.txt}; the files beside them name further special tokens.
 */
final class TokenizerFolder {
    private static final String END_OF_TEXT = "<|endoftext|>";

    /** The one file of a tokenizer by which transformers knows its kind. */
    private static final Map<String, String> OTHER_KINDS = new TreeMap<>(Map.of(
            "vocab.txt", "WordPiece",
            "tokenizer.model", "SentencePiece",
            "spiece.model", "SentencePiece",
            "spm.model", "SentencePiece",
            "sentencepiece.bpe.model", "SentencePiece",
            "tekken.json", "tiktoken"));

    private final CheckpointFolder folder;
    private final TokenizerSettings settings;

    private TokenizerFolder(CheckpointFolder folder, TokenizerSettings settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /** The tokenizer, or empty where the folder has none. */
    static Optional<ByteLevelBpe> read(CheckpointFolder folder) throws InvalidCheckpointException, IOException {
        boolean hasTokenizer = folder.has("tokenizer.json");
        boolean hasVocabulary = folder.has("vocab.json");
        boolean hasMerges = folder.has("merges.txt");
        if (!hasTokenizer && hasVocabulary != hasMerges) {
            throw Refusal.broken(
                    folder.path() + " has only one of vocab.json and merges.txt",
                    "a vocabulary is of no use without merges");
        }
        if (!hasTokenizer && !hasVocabulary) {
            refuseOtherKinds(folder);
            return Optional.empty();
        }
        TokenizerFolder files = new TokenizerFolder(folder, TokenizerSettings.read(folder));
        return Optional.of(hasTokenizer ? files.tokenizerJson() : files.vocabularyAndMerges());
    }

    /** What has files of its own, but none that this package reads, is told by name. */
    private static void refuseOtherKinds(CheckpointFolder folder) throws InvalidCheckpointException {
        for (Map.Entry<String, String> kind : OTHER_KINDS.entrySet()) {
            if (folder.has(kind.getKey())) {
                throw Refusal.unsupported(
                        folder.path() + " has " + kind.getKey() + " and no tokenizer.json",
                        "that is a tokenizer of " + kind.getValue() + ", and only byte-level BPE is supported",
                        "use a checkpoint with GPT-2's kind of tokenizer, or tokenize outside and give prompts as token"
                                + " ids");
            }
        }
    }

    private ByteLevelBpe tokenizerJson() throws InvalidCheckpointException, IOException {
        Path file = folder.path().resolve("tokenizer.json");
        ByteLevelBpe tokenizer = TokenizerJsonReader.read(JsonFile.read(folder, "tokenizer.json"), file.toString());
        Map<String, Integer> ids = tokenizer.ids();
        return tokenizer.with(
                ids,
                settings.addTo(tokenizer.addedTokens(), ids),
                settings.addPrefixSpace().orElse(tokenizer.addPrefixSpace()));
    }

    private ByteLevelBpe vocabularyAndMerges() throws InvalidCheckpointException, IOException {
        Path file = folder.path().resolve("vocab.json");
        JsonNode json = JsonFile.read(folder, "vocab.json");
        Map<String, Integer> ids = TokenizerJsonReader.vocabulary(new JsonObject(json, file.toString()));
        List<AddedToken> added = new ArrayList<>();
        // GPT-2's tokenizer has it without a file that says so.
        if (ids.containsKey(END_OF_TEXT)) {
            added.add(AddedToken.special(ids.get(END_OF_TEXT), END_OF_TEXT));
        }
        return ByteLevelBpe.checked(
                ids,
                merges(),
                settings.addTo(added, ids),
                settings.addPrefixSpace().orElse(false),
                true,
                false);
    }

    private List<ByteLevelBpe.Merge> merges() throws InvalidCheckpointException, IOException {
        List<ByteLevelBpe.Merge> merges = new ArrayList<>();
        for (String line : JsonFile.text(folder, "merges.txt").lines().toList()) {
            // Other lines may begin with #, it is a token like any other.
            if (!line.isEmpty() && !line.startsWith("#version")) {
                merges.add(MergeLine.parse(line));
            }
        }
        return merges;
    }
}
