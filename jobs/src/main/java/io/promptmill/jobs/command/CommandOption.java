package io.promptmill.jobs.command;

import com.google.errorprone.annotations.Immutable;
import io.promptmill.GenerationOption;
import java.util.Optional;
import java.util.Set;

/**
 * One option of a command: {@code --name} on the command line, {@code name} in the conf file.
 *
 * @param name words joined by dashes
 * @param takes how many values it takes
 * @param label what stands for the value in the help
 * @param defaultValue the value when nothing is said, as text; an empty text stands for no value, and where there is no
 *     default the option must be given
 * @param help one sentence for the help, and the default
 */
@Immutable
public record CommandOption(String name, Takes takes, String label, Optional<String> defaultValue, String help) {
    private static final Set<String> PLACES = Set.of("PATH", "FOLDER", "FILE");

    /** How many values an option takes. */
    public enum Takes {
        /** Exactly one; given twice is refused. */
        ONE_VALUE,
        /** {@code true} or {@code false}, or nothing for {@code true}. */
        OPTIONAL_VALUE,
        /** One each time it is given, or by indexed keys in the conf file. */
        VALUE_EACH_TIME
    }

    /** An option that must be given. */
    public static CommandOption required(String name, String label, String help) {
        return new CommandOption(name, Takes.ONE_VALUE, label, Optional.empty(), help);
    }

    /** An option without which there is no value: its text is empty then. */
    public static CommandOption optional(String name, String label, String help) {
        return new CommandOption(name, Takes.ONE_VALUE, label, Optional.of(""), help);
    }

    /** An option with a default. */
    public static CommandOption withDefault(String name, String label, String value, String help) {
        return new CommandOption(name, Takes.ONE_VALUE, label, Optional.empty(), help).or(value);
    }

    /** An option that is off by default. */
    public static CommandOption flag(String name, String help) {
        return new CommandOption(name, Takes.OPTIONAL_VALUE, "true|false", Optional.empty(), help).or("false");
    }

    /** An option that is on by default, and off where its value is {@code false}. */
    public static CommandOption on(String name, String help) {
        return new CommandOption(name, Takes.OPTIONAL_VALUE, "true|false", Optional.empty(), help).or("true");
    }

    /** An option that may be given several times, or not at all. */
    public static CommandOption each(String name, String label, String help) {
        return new CommandOption(name, Takes.VALUE_EACH_TIME, label, Optional.of(""), help);
    }

    /** A generation setting as an option; its value is read by {@link GenerationOption}. */
    public static CommandOption of(GenerationOption option) {
        Takes takes =
                switch (option) {
                    case DO_SAMPLE, EARLY_STOPPING -> Takes.OPTIONAL_VALUE;
                    case EOS_TOKEN_ID, STOP -> Takes.VALUE_EACH_TIME;
                    default -> Takes.ONE_VALUE;
                };
        return new CommandOption(option.key().replace('_', '-'), takes, option.label(), Optional.of(""), option.help());
    }

    /** This option with a default, which the help tells. */
    public CommandOption or(String value) {
        return new CommandOption(name, takes, label, Optional.of(value), help + " Default: " + value + ".");
    }

    /** Whether its value is a file or a folder, which may be a URI. */
    boolean isPlace() {
        return PLACES.contains(label);
    }

    /** The option as it is typed. */
    public String dashed() {
        return "--" + name;
    }
}
