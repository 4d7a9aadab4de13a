package io.promptmill.jobs.bench;

import io.promptmill.jobs.command.Command;
import io.promptmill.jobs.command.CommandHelp;
import io.promptmill.jobs.command.Console;
import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.command.OptionTable;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import java.io.IOException;
import java.util.List;

/** The command {@code bench}: its options become a {@link BenchRequest}, which {@link BenchJob} runs. */
public final class BenchCommand implements Command {
    static final OptionTable OPTIONS = OptionTable.of("bench", BenchOption.values());

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public CommandHelp help() {
        return new CommandHelp(
                "Measures how fast this machine generates, without Spark and without input.",
                "spark-submit promptmill.jar bench [--model FOLDER] [options]",
                List.of(
                        "",
                        "Works: w1 has 16-token prompts and 64 new tokens; w2 prompts of 4 to 64 tokens and 8 to 128 new ones;",
                        "w3 200-token prompts with 5 sequences of 32 new tokens, which greedy search cannot make."));
    }

    @Override
    public ExitCode run(OptionReader options, Console console) throws RefusalException, IOException {
        return new BenchJob(BenchRequest.read(options), console.out(), console.err()).run();
    }
}
