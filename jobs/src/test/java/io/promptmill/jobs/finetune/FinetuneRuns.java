package io.promptmill.jobs.finetune;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.testing.TestSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs {@code finetune} inside this JVM and keeps what it prints. */
public final class FinetuneRuns {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    ExitCode finetune(String... options) throws RefusalException, IOException {
        return finetune(List.of(options));
    }

    public ExitCode finetune(List<String> options, String... more) throws RefusalException, IOException {
        out.reset();
        err.reset();
        return new FinetuneJob(
                        TestSpark.session(),
                        FinetuneOptions.of(FinetuneOptions.merged(options, more)),
                        () -> false,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run();
    }

    /** What the latest run has printed as its result. */
    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What the latest run has printed beside that. */
    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
