package io.promptmill.jobs;

import io.promptmill.GenerationOption;
import io.promptmill.jobs.CommandOption.Takes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All options of {@code generate}: the job's own, then the generation settings under their Hugging Face names. */
final class OptionTable {
    private static final List<CommandOption> ALL = all();

    private OptionTable() {}

    /** Every option, in the order of the help. */
    static List<CommandOption> options() {
        return ALL;
    }

    static List<String> names() {
        return ALL.stream().map(CommandOption::name).toList();
    }

    /** The option of that name without dashes in front. */
    static Optional<CommandOption> find(String name) {
        return ALL.stream().filter(option -> option.name().equals(name)).findFirst();
    }

    /** A generation setting as an option; value ranges stay with {@link GenerationOption}. */
    static CommandOption of(GenerationOption option) {
        Takes takes =
                switch (option) {
                    case DO_SAMPLE, EARLY_STOPPING -> Takes.OPTIONAL_VALUE;
                    case EOS_TOKEN_ID, STOP -> Takes.VALUE_EACH_TIME;
                    default -> Takes.ONE_VALUE;
                };
        return new CommandOption(option.key().replace('_', '-'), takes, label(option), help(option));
    }

    private static List<CommandOption> all() {
        List<CommandOption> all = new ArrayList<>();
        for (JobOption option : JobOption.values()) {
            all.add(option.option());
        }
        for (GenerationOption option : GenerationOption.values()) {
            all.add(of(option));
        }
        return List.copyOf(all);
    }

    private static String label(GenerationOption option) {
        return switch (option) {
            case DO_SAMPLE -> "true|false";
            case EARLY_STOPPING -> "true|false|never";
            case BAD_WORDS_IDS -> "[[5],[7,9]]";
            case EOS_TOKEN_ID -> "ID";
            case STOP, PREFIX -> "TEXT";
            case TEMPERATURE, TOP_P, MIN_P, TYPICAL_P, REPETITION_PENALTY, LENGTH_PENALTY -> "X";
            default -> "N";
        };
    }

    private static String help(GenerationOption option) {
        String help =
                switch (option) {
                    case MAX_NEW_TOKENS -> "New tokens at most.";
                    case MAX_LENGTH -> "Tokens of the prompt and new ones at most; the same setting in another form.";
                    case MIN_NEW_TOKENS -> "No end token before this many new tokens.";
                    case MIN_LENGTH -> "No end token before the prompt and new tokens are this many.";
                    case DO_SAMPLE -> "Draw tokens at random instead of taking the likeliest.";
                    case TEMPERATURE -> "Logits are divided by it; 0 is greedy search.";
                    case TOP_K -> "Draw from the k likeliest tokens; 0 or -1 is off.";
                    case TOP_P -> "Draw from the likeliest tokens with this mass; 1 is off.";
                    case MIN_P -> "Drop tokens below this share of the likeliest one's probability; 0 is off.";
                    case TYPICAL_P -> "Draw from the most typical tokens with this mass; 1 is off.";
                    case REPETITION_PENALTY -> "Makes tokens seen before less likely; 1 is off.";
                    case NO_REPEAT_NGRAM_SIZE -> "No n-gram of this size occurs twice; 0 is off.";
                    case BAD_WORDS_IDS -> "Token sequences that are never generated.";
                    case EOS_TOKEN_ID -> "Token that ends a sequence; may be given several times; -1 is none.";
                    case NUM_BEAMS -> "Beams of beam search; 1 is no beam search.";
                    case LENGTH_PENALTY -> "Exponent of the length by which a beam's score is divided.";
                    case EARLY_STOPPING -> "When beam search stops.";
                    case NUM_RETURN_SEQUENCES -> "Sequences per prompt.";
                    case STOP -> "Text that ends a sequence; may be given several times.";
                    case PREFIX -> "Text before every prompt.";
                };
        return help;
    }
}
