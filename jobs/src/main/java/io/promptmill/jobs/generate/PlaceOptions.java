package io.promptmill.jobs.generate;

import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.output.ExistingOutput;
import io.promptmill.jobs.prompts.PromptOrigin;
import io.promptmill.jobs.source.SourceFormat;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads where prompts come from and rows go to. Stateless. */
final class PlaceOptions {
    private PlaceOptions() {}

    /** Files, a table or texts; refuses two of them at a time, and none. */
    static PromptOrigin input(OptionReader read) throws RefusalException {
        List<String> inputs = read.texts(JobOption.INPUT).stream()
                .filter(path -> !path.isEmpty())
                .toList();
        Optional<String> table = read.textIfGiven(JobOption.INPUT_TABLE);
        List<String> prompts = read.texts(JobOption.PROMPT);
        List<String> given = new ArrayList<>();
        addIf(!inputs.isEmpty(), JobOption.INPUT, given);
        addIf(table.isPresent(), JobOption.INPUT_TABLE, given);
        addIf(!prompts.isEmpty(), JobOption.PROMPT, given);
        if (given.isEmpty()) {
            throw RefusalException.usage(
                    "option_missing",
                    "neither --input nor --prompt is given",
                    "generate cannot run without prompts",
                    "add --input PATH, --input-table NAME or --prompt TEXT");
        }
        if (given.size() > 1) {
            throw RefusalException.usage(
                    "contradicting_options",
                    String.join(" and ", given) + " are both given",
                    "the prompts of a run are in files, in a table or on the command line",
                    "keep one of them");
        }
        Optional<SourceFormat> format = read.choiceOrAuto(JobOption.INPUT_FORMAT, SourceFormat.class);
        if (table.isPresent() && format.isPresent()) {
            throw RefusalException.usage(
                    "contradicting_options",
                    "--input-format and --input-table are both given",
                    "a table's own reader knows its files",
                    "leave --input-format out");
        }
        return new PromptOrigin(inputs, format, table, prompts);
    }

    private static void addIf(boolean given, JobOption option, List<String> names) {
        if (given) {
            names.add(option.option().dashed());
        }
    }

    /** What happens to files that are already there; refuses two ways at a time. */
    static ExistingOutput existingOutput(OptionReader read) throws RefusalException {
        Map<JobOption, ExistingOutput> ways = new EnumMap<>(JobOption.class);
        ways.put(JobOption.OVERWRITE, ExistingOutput.OVERWRITTEN);
        ways.put(JobOption.RESUME, ExistingOutput.RESUMED);
        ways.put(JobOption.RETRY_FAILED, ExistingOutput.RETRIED);
        ways.put(JobOption.APPEND, ExistingOutput.APPENDED);
        ExistingOutput chosen = ExistingOutput.REFUSED;
        JobOption chosenBy = null;
        for (Map.Entry<JobOption, ExistingOutput> way : ways.entrySet()) {
            if (read.flag(way.getKey())) {
                if (chosenBy != null) {
                    throw RefusalException.usage(
                            "contradicting_options",
                            chosenBy.option().dashed() + " and "
                                    + way.getKey().option().dashed() + " are both given",
                            "an existing output can be treated in one way only",
                            "keep one of them");
                }
                chosen = way.getValue();
                chosenBy = way.getKey();
            }
        }
        return chosen;
    }

    /** How an estimate in place of a run is told, where one is wanted; refuses what only a run has. */
    static Optional<EstimateForm> dryRun(OptionReader read, PromptOrigin input) throws RefusalException {
        boolean json = read.flag(JobOption.JSON);
        if (!read.flag(JobOption.DRY_RUN)) {
            if (json) {
                throw RefusalException.usage(
                        "json_without_dry_run",
                        "--json is given without --dry-run",
                        "rows of a run are in files and an estimate alone is printed",
                        "give --dry-run too or leave it out");
            }
            return Optional.empty();
        }
        if (input.isCommandLine()) {
            throw RefusalException.usage(
                    "contradicting_options",
                    "--dry-run and --prompt are both given",
                    "a prompt of the command line is continued sooner than an estimate is made",
                    "leave --dry-run out, or give --input");
        }
        return Optional.of(json ? EstimateForm.JSON : EstimateForm.TABLE);
    }

    /** The folder; empty where sequences are printed and kept nowhere, or not made, which refuses what needs a folder. */
    static Optional<String> output(
            OptionReader read, PromptOrigin input, ExistingOutput existing, Optional<EstimateForm> dryRun)
            throws RefusalException {
        Optional<String> output = read.textIfGiven(JobOption.OUTPUT);
        if (output.isPresent()) {
            return output;
        }
        if (dryRun.isPresent() && existing == ExistingOutput.REFUSED) {
            return Optional.empty();
        }
        if (!input.isCommandLine() || existing != ExistingOutput.REFUSED) {
            throw RefusalException.usage(
                    "option_missing",
                    "--output is not given",
                    input.isCommandLine()
                            ? "sequences that are printed only leave nothing that a run could continue or replace"
                            : "generate cannot run without it",
                    "add --output FOLDER");
        }
        if (read.flag(JobOption.CARD)) {
            throw withoutOutput(JobOption.CARD, "a card lies beside the rows that it tells of");
        }
        if (read.countOrNone(JobOption.MAX_TOKENS).isPresent()) {
            throw withoutOutput(JobOption.MAX_TOKENS, "a run stops there between two chunks, which only folders have");
        }
        return Optional.empty();
    }

    private static RefusalException withoutOutput(JobOption option, String why) {
        return RefusalException.usage(
                "option_without_output",
                option.option().dashed() + " is given without --output",
                why,
                "add --output FOLDER or leave it out");
    }
}
