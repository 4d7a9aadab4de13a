package io.promptmill.jobs.generate;

import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Problem;
import io.promptmill.TokenIds;
import io.promptmill.jobs.command.CommandOption;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.model.JobModel;
import java.util.List;
import java.util.OptionalInt;

/** Whether the token ids in a run's settings are the model's. */
final class VocabularyCheck {
    private final JobSettings settings;
    private final JobModel model;

    VocabularyCheck(JobSettings settings, JobModel model) {
        this.settings = settings;
        this.model = model;
    }

    /**
     * Refuses bad words outside the vocabulary, with which every single row would be rejected: wrong usage, or the model's
     * own fault where its files set them. End tokens outside of it do no harm, what the user should know of them is
     * returned; of those in the model's files the checkpoint has warned.
     */
    List<String> check(GenerationConfig config) throws RefusalException {
        int size = model.checkpoint().shape().vocabulary();
        OptionalInt unknown = config.badWordsIds().stream()
                .flatMapToInt(TokenIds::stream)
                .filter(id -> id >= size)
                .findFirst();
        if (unknown.isPresent()) {
            throw refused(unknown.getAsInt(), size);
        }
        return settings.generation().stream()
                .filter(source -> source.sets(GenerationOption.EOS_TOKEN_ID) && !isNone(source))
                .limit(1)
                .flatMap(source -> source.endTokenWarning(size).stream())
                .map(warning -> CommandOption.of(GenerationOption.EOS_TOKEN_ID).dashed() + ": " + warning)
                .toList();
    }

    /** {@code --eos-token-id -1} says what it does. */
    private static boolean isNone(GenerationOptions source) {
        return List.of(-1).equals(source.values().get(GenerationOption.EOS_TOKEN_ID));
    }

    private RefusalException refused(int unknown, int size) {
        boolean users = settings.sets(GenerationOption.BAD_WORDS_IDS);
        String dashed = CommandOption.of(GenerationOption.BAD_WORDS_IDS).dashed();
        return new RefusalException(
                users ? ExitCode.WRONG_USAGE : ExitCode.MODEL_REFUSED,
                new Problem(
                        "token_id_unknown",
                        (users ? dashed : GenerationOption.BAD_WORDS_IDS.key() + " in the settings of the model")
                                + " names the token " + unknown,
                        "the token ids of " + model.location() + " are 0 to " + (size - 1),
                        users
                                ? "use ids of this model on the command line or in the conf file"
                                : "correct the model's files or give " + dashed));
    }
}
