package io.promptmill.jobs.generate;

import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.Problem;
import io.promptmill.generation.ReturnedText;
import io.promptmill.jobs.command.CommandOption;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.model.JobModel;
import io.promptmill.spark.rows.PromptColumns;
import java.util.List;

/**
 * Whether a run that has texts in it has a tokenizer for them. Prompts that are token ids need none, be it that there is
 * none or one that cannot be used.
 */
final class TokenizerCheck {
    private final JobSettings settings;
    private final JobModel model;

    TokenizerCheck(JobSettings settings, JobModel model) {
        this.settings = settings;
        this.model = model;
    }

    /** Refuses texts without a tokenizer; what the user should know of a run without texts. */
    List<String> check(PromptColumns columns, GenerationConfig config) throws RefusalException {
        if (model.tokenizer().definition().isPresent()) {
            return List.of();
        }
        if (!columns.promptsAreTokenIds()) {
            model.tokenizerFor("the prompts are text", "prompt_token_ids as input");
        }
        if (!config.stop().isEmpty()) {
            throw refused(GenerationOption.STOP, "unset it in the model's files");
        }
        if (!config.prefix().isEmpty()) {
            throw refused(GenerationOption.PREFIX, "switch it off by --prefix=");
        }
        if (settings.engine().returnedText() == ReturnedText.PROMPT_AND_CONTINUATION) {
            throw needed(ExitCode.WRONG_USAGE, "--return-full-text", "switch --return-full-text off");
        }
        return model.tokenizer().refusal().stream()
                .map(refusal -> "the tokenizer of " + model.location()
                        + " cannot be used and generated_text stays null: " + refusal.what() + ", " + refusal.why())
                .toList();
    }

    private RefusalException refused(GenerationOption option, String withoutUser) {
        String dashed = CommandOption.of(option).dashed();
        return settings.sets(option)
                ? needed(ExitCode.WRONG_USAGE, dashed, "switch " + dashed + " off")
                : needed(ExitCode.MODEL_REFUSED, option.key() + " in the settings of the model", withoutUser);
    }

    private RefusalException needed(ExitCode code, String option, String orElse) {
        return new RefusalException(
                code,
                model.tokenizer()
                        .refusal()
                        .map(refusal -> new Problem(
                                "tokenizer_refused",
                                option + " needs a tokenizer and that of " + model.location() + " cannot be used",
                                refusal.what() + ", " + refusal.why(),
                                refusal.remedy() + ", or " + orElse))
                        .orElseGet(() -> new Problem(
                                "tokenizer_missing",
                                option + " needs a tokenizer and " + model.location() + " has none",
                                "a text can be neither read nor written without one",
                                "add tokenizer.json to the model's folder or " + orElse)));
    }
}
