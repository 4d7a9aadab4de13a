package io.promptmill.jobs.command;

import io.promptmill.GenerationOption;

/**
 * One option of a command: {@code --name} on the command line, {@code name} in the conf file.
 *
 * @param name words joined by dashes
 * @param takes how many values it takes
 * @param label what stands for the value in the help
 * @param help one sentence for the help
 */
public record CommandOption(String name, Takes takes, String label, String help) {

    /** How many values an option takes. */
    public enum Takes {
        /** Exactly one; given twice is refused. */
        ONE_VALUE,
        /** {@code true} or {@code false}, or nothing for {@code true}. */
        OPTIONAL_VALUE,
        /** One each time it is given, or by indexed keys in the conf file. */
        VALUE_EACH_TIME
    }

    /** A generation setting as an option; its value is read by {@link GenerationOption}. */
    public static CommandOption of(GenerationOption option) {
        Takes takes =
                switch (option) {
                    case DO_SAMPLE, EARLY_STOPPING -> Takes.OPTIONAL_VALUE;
                    case EOS_TOKEN_ID, STOP -> Takes.VALUE_EACH_TIME;
                    default -> Takes.ONE_VALUE;
                };
        return new CommandOption(option.key().replace('_', '-'), takes, option.label(), option.help());
    }

    /** The option as it is typed. */
    public String dashed() {
        return "--" + name;
    }
}
