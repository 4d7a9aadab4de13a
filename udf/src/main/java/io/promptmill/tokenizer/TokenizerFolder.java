package io.promptmill.tokenizer;

import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import java.io.IOException;
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
                        Refusal.OTHER_TOKENIZER);
            }
        }
    }

    private ByteLevelBpe tokenizerJson() throws InvalidCheckpointException, IOException {
        TokenizerClass use = settings.tokenizerClass();
        boolean prefixSpace = settings.addPrefixSpace();
        BpeParts written = TokenizerJsonReader.read(
                JsonObject.read(folder, "tokenizer.json", TokenizerFiles.KIND), use, prefixSpace);
        List<AddedToken> tokens = settings.addedTokens(written.addedTokens().get(0), use);
        if (use == TokenizerClass.AS_WRITTEN) {
            return ByteLevelBpe.checked(written.and(tokens));
        }
        BpeParts gpt2 = written.asGpt2(tokens, prefixSpace);
        return ByteLevelBpe.checked(gpt2.warning(differences(written, gpt2)));
    }

    /** Sentences for what {@code tokenizer.json} says and GPT-2's tokenizer does not heed. */
    private static List<String> differences(BpeParts written, BpeParts used) {
        List<String> sentences = new ArrayList<>();
        addDifference("add_prefix_space", written.addPrefixSpace(), used.addPrefixSpace(), sentences);
        addDifference("use_regex", written.useRegex(), used.useRegex(), sentences);
        addDifference("ignore_merges", written.ignoreMerges(), used.ignoreMerges(), sentences);
        return sentences;
    }

    private static void addDifference(String field, boolean written, boolean used, List<String> sentences) {
        if (written != used) {
            sentences.add("tokenizer.json: " + field + " is " + written + ", but " + used + " is taken, as transformers"
                    + " does for GPT2Tokenizer; if tokenizer.json is right, set tokenizer_class to"
                    + " PreTrainedTokenizerFast in tokenizer_config.json");
        }
    }

    /** What transformers makes of these files is GPT-2's tokenizer, or nothing. */
    private ByteLevelBpe vocabularyAndMerges() throws InvalidCheckpointException, IOException {
        settings.requireNothingAroundPrompts();
        return ByteLevelBpe.checked(BpeParts.gpt2(
                TokenizerJsonReader.vocabulary(JsonObject.read(folder, "vocab.json", TokenizerFiles.KIND)),
                merges(),
                settings.addedTokens(List.of(), TokenizerClass.GPT2),
                settings.addPrefixSpace()));
    }

    private List<ByteLevelBpe.Merge> merges() throws InvalidCheckpointException, IOException {
        List<ByteLevelBpe.Merge> merges = new ArrayList<>();
        for (String line :
                folder.text("merges.txt", TokenizerFiles.KIND).lines().toList()) {
            if (!line.isEmpty()) {
                MergeLine.parse(line).ifPresent(merges::add);
            }
        }
        return merges;
    }
}
