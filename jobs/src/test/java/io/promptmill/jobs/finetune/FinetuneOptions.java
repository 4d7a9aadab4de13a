package io.promptmill.jobs.finetune;

import io.promptmill.jobs.command.CommandLines;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.session.JobSession;
import io.promptmill.jobs.training.TrainingRecipe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Settings as a command line gives them. */
public final class FinetuneOptions {
    private FinetuneOptions() {}

    static FinetuneSettings of(String... options) throws RefusalException {
        FinetuneCommand command = new FinetuneCommand(new JobSession("never started"));
        String[] args = Stream.concat(Stream.of(command.options().command()), Stream.of(options))
                .toArray(String[]::new);
        return FinetuneSettings.read(CommandLines.options(
                CommandLines.parse(CommandLines.of(List.of(command)), args).subcommand()));
    }

    /** Options of which a later one replaces an earlier one of the same name. */
    public static String[] merged(List<String> options, String... more) {
        Map<String, String> all = new LinkedHashMap<>();
        Stream.concat(options.stream(), Stream.of(more))
                .forEach(option -> all.put(option.replaceFirst("=.*", ""), option));
        return all.values().toArray(String[]::new);
    }

    /** The recipe of these options for so many blocks. */
    public static TrainingRecipe recipe(int blocks, String... options) throws RefusalException {
        return with(options).training().recipe(blocks);
    }

    /** With the options that must be given. */
    static FinetuneSettings with(String... options) throws RefusalException {
        return of(Stream.concat(Stream.of("--data=in", "--output=out"), Stream.of(options))
                .toArray(String[]::new));
    }
}
