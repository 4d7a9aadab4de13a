package io.promptmill.jobs;

import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.Problem;
import io.promptmill.TokenIds;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Whether the token ids in a run's settings are the model's: with others every single row would be rejected. */
final class VocabularyCheck {
    private final JobSettings settings;
    private final JobModel model;

    private VocabularyCheck(JobSettings settings, JobModel model) {
        this.settings = settings;
        this.model = model;
    }

    /** Refuses ids outside the vocabulary: wrong usage, or the model's own fault where its files set them. */
    static void check(JobSettings settings, JobModel model, GenerationConfig config) throws RefusalException {
        VocabularyCheck vocabulary = new VocabularyCheck(settings, model);
        vocabulary.check(
                GenerationOption.EOS_TOKEN_ID, config.eosTokenIds().stream().mapToInt(Integer::intValue));
        vocabulary.check(
                GenerationOption.BAD_WORDS_IDS, config.badWordsIds().stream().flatMapToInt(TokenIds::stream));
    }

    private void check(GenerationOption option, IntStream ids) throws RefusalException {
        int size = model.checkpoint().config().vocabSize();
        OptionalInt unknown = ids.filter(id -> id >= size).findFirst();
        if (unknown.isEmpty()) {
            return;
        }
        boolean users =
                settings.generation().stream().anyMatch(layer -> layer.values().containsKey(option));
        String dashed = OptionTable.of(option).dashed();
        throw new RefusalException(
                users ? ExitCode.WRONG_USAGE : ExitCode.MODEL_REFUSED,
                new Problem(
                        "token_id_unknown",
                        (users ? dashed : option.key() + " in the settings of the model") + " names the token "
                                + unknown.getAsInt(),
                        "the token ids of " + model.location() + " are 0 to " + (size - 1),
                        users
                                ? "use ids of this model on the command line or in the conf file"
                                : "correct the model's files or give " + dashed));
    }
}
