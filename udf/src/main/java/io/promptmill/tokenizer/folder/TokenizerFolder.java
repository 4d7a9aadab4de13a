package io.promptmill.tokenizer.folder;

import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import io.promptmill.tokenizer.parts.AddedToken;
import io.promptmill.tokenizer.parts.ByteLevel;
import io.promptmill.tokenizer.parts.ByteLevelBpe;
import io.promptmill.tokenizer.parts.CheckedTokenizer;
import io.promptmill.tokenizer.parts.Refusal;
import io.promptmill.tokenizer.parts.TokenizerClass;
import io.promptmill.tokenizer.parts.TokenizerJsonReader;
import io.promptmill.tokenizer.parts.TokenizerPipeline;
import io.promptmill.tokenizer.parts.WrittenTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The tokenizer files of a checkpoint folder: {@code tokenizer.json}, or else {@code vocab.json} with {@code
 * merges.txt}; the files beside them name further special tokens.
 */
public final class TokenizerFolder {
    private static final String TOKENIZER = "tokenizer.json";
    private static final String VOCABULARY = "vocab.json";
    private static final String MERGES = "merges.txt";

    /** The one file of a tokenizer by which transformers knows its kind. */
    private static final Map<String, String> OTHER_KINDS = new TreeMap<>(Map.of(
            "vocab.txt", "WordPiece",
            "tokenizer.model", "SentencePiece",
            "spiece.model", "SentencePiece",
            "spm.model", "SentencePiece",
            "sentencepiece.bpe.model", "SentencePiece",
            "tekken.json", "tiktoken"));

    /** Where transformers writes it now; before that it was in tokenizer_config.json. */
    private static final List<String> CHAT_TEMPLATES = List.of("chat_template.jinja", "chat_template.json");

    private final CheckpointFolder folder;
    private final TokenizerSettings settings;

    private TokenizerFolder(CheckpointFolder folder, TokenizerSettings settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /**
     * The tokenizer, or empty where the folder has none.
     *
     * @throws InvalidCheckpointException when the files are broken or of a kind that is not supported
     * @throws IOException when a file cannot be read
     */
    public static Optional<CheckedTokenizer> read(CheckpointFolder folder)
            throws InvalidCheckpointException, IOException {
        boolean hasTokenizer = folder.has(TOKENIZER);
        boolean hasVocabulary = folder.has(VOCABULARY);
        boolean hasMerges = folder.has(MERGES);
        if (!hasTokenizer && hasVocabulary != hasMerges) {
            throw Refusal.broken(
                    folder.path() + " has only one of " + VOCABULARY + " and " + MERGES,
                    "a vocabulary is of no use without merges");
        }
        if (!hasTokenizer && !hasVocabulary) {
            refuseOtherKinds(folder);
            return Optional.empty();
        }
        TokenizerFolder files = new TokenizerFolder(folder, TokenizerSettings.read(folder));
        return Optional.of(hasTokenizer ? files.tokenizerJson() : files.vocabularyAndMerges());
    }

    /** The names that decide what a folder's tokenizer is, by which of them are there. */
    public static List<String> names(Predicate<String> isThere) {
        List<String> names = new ArrayList<>(List.of(TOKENIZER));
        names.addAll(TokenizerSettings.FILES);
        if (!isThere.test(TOKENIZER)) {
            names.addAll(List.of(VOCABULARY, MERGES));
            if (!isThere.test(VOCABULARY)) {
                names.addAll(OTHER_KINDS.keySet());
            }
        }
        return names;
    }

    /** Names of what belongs to a tokenizer and decides nothing: a copy of the folder has it, too. */
    public static List<String> companions() {
        List<String> names = new ArrayList<>(CHAT_TEMPLATES);
        names.addAll(List.of(VOCABULARY, MERGES));
        return names;
    }

    /** What has files of its own, but none that this package reads, is told by name. */
    private static void refuseOtherKinds(CheckpointFolder folder) throws InvalidCheckpointException {
        for (Map.Entry<String, String> kind : OTHER_KINDS.entrySet()) {
            if (folder.has(kind.getKey())) {
                throw Refusal.unsupported(
                        folder.path() + " has " + kind.getKey() + " and no " + TOKENIZER,
                        "that is a tokenizer of " + kind.getValue() + ", and only byte-level BPE is supported",
                        Refusal.OTHER_TOKENIZER);
            }
        }
    }

    private CheckedTokenizer tokenizerJson() throws InvalidCheckpointException, IOException {
        TokenizerClass use = settings.tokenizerClass();
        ByteLevel gpt2 = settings.gpt2PreTokenizer();
        WrittenTokenizer written =
                TokenizerJsonReader.read(JsonObject.read(folder, TOKENIZER, TokenizerFiles.KIND), use, gpt2);
        List<AddedToken> tokens = settings.addedTokens(written.addedTokens(), use);
        return CheckedTokenizer.of(
                written.pipeline(),
                use == TokenizerClass.AS_WRITTEN ? List.of(written.addedTokens(), tokens) : List.of(tokens),
                warnings(written.warnings()));
    }

    /** What transformers makes of these files is GPT-2's tokenizer, or nothing. */
    private CheckedTokenizer vocabularyAndMerges() throws InvalidCheckpointException, IOException {
        settings.requireNothingAroundPrompts();
        ByteLevelBpe model = ByteLevelBpe.read(
                JsonObject.read(folder, VOCABULARY, TokenizerFiles.KIND), folder.text(MERGES, TokenizerFiles.KIND));
        List<AddedToken> tokens = settings.addedTokens(List.of(), TokenizerClass.GPT2);
        return CheckedTokenizer.of(
                TokenizerPipeline.gpt2(settings.gpt2PreTokenizer(), model), List.of(tokens), warnings(List.of()));
    }

    private List<String> warnings(List<String> ofTheFile) {
        if (!settings.hasChatTemplate() && CHAT_TEMPLATES.stream().noneMatch(folder::has)) {
            return ofTheFile;
        }
        List<String> all = new ArrayList<>(ofTheFile);
        all.add("the chat template of " + folder.path() + " is not used: a prompt is continued as it is, so write the"
                + " template's text into the prompts where the model needs it");
        return all;
    }
}
