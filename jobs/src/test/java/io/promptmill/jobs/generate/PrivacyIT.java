package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.command.QuietLog;
import io.promptmill.jobs.command.ShownDetail;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.testing.BrokenModel;
import io.promptmill.jobs.testing.TestSpark;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The texts of prompts stay in the data: neither logs nor errors, neither plan nor manifest quote them, unless logs are asked to. */
class PrivacyIT {
    private static final String MARK = "Zanzibar secret";

    private final SparkSession spark = TestSpark.session();

    @TempDir
    private Path temp;

    private final ByteArrayOutputStream console = new ByteArrayOutputStream();
    private Path output;
    private Path input;
    private Path model;

    @BeforeEach
    void writeInput() throws Exception {
        output = temp.resolve("out");
        model = BrokenModel.atPosition(40, temp.resolve("model"));
        input = temp.resolve("in");
        spark.sql(String.join(
                        " union all ",
                        row(0, "'" + MARK + "'", "null"),
                        row(1, "repeat('" + MARK + " ', 400)", "null"), // too long for the model
                        row(2, "repeat('" + MARK + " ', 12)", "null"), // reaches the position that is broken
                        row(3, "cast(concat(cast('" + MARK + "' as binary), unhex('FF')) as string)", "null"),
                        row(4, "'Hi'", "'" + MARK + "'"),
                        row(5, "'Hi'", "'{\"" + MARK + "\": 1}'"),
                        row(6, "'Hi'", "'{\"stop\": [\"" + MARK + "\", \"\"]}'"),
                        row(7, "'Hi'", "'{\"stop\": {\"" + MARK + "\": 1}}'"),
                        row(8, "'Hi'", "'{\"temperature\": \"" + MARK + "\"}'"),
                        row(9, "'Hi'", "'{\"eos_token_id\": [\"" + MARK + "\"]}'"),
                        row(10, "'Hi'", "'{\"stop\": \"" + MARK + "\"}'"),
                        row(11, "'Hi'", "'{\"prefix\": \"" + MARK + "\"}'")))
                .write()
                .parquet(input.toString());
    }

    @Test
    void whatAPromptSaysIsInNoLogErrorPlanOrManifest() throws Exception {
        String log = verboseLog();

        assertRowsAsExpected();
        assertThat(log).as("Spark's lines at --verbose").contains("INFO ");
        assertThat(log)
                .contains("INFO row 3 rejected: bad_encoding, prompt of 16 bytes with the SHA-256 ")
                .contains("INFO row 2 failed: no_valid_token, prompt of 192 bytes with the SHA-256 ");
        isSilent(log);
    }

    @Test
    void withVerboseTextTheLogTellsHowPromptsOfRejectedAndFailedRowsBeginAndNothingElseDoes() throws Exception {
        String log = verboseLog("--verbose-text");

        assertRowsAsExpected();
        String text = (MARK + " ").repeat(13).substring(0, 200);
        assertThat(log.lines().filter(line -> line.contains(MARK)))
                .containsExactlyInAnyOrder(
                        "WARN row 1 rejected: prompt_too_long, prompt of 6400 bytes: " + text,
                        "WARN row 2 failed: no_valid_token, prompt of 192 bytes: " + text.substring(0, 192),
                        "WARN row 3 rejected: bad_encoding, prompt of 16 bytes: " + MARK + "\ufffd");
    }

    private void assertRowsAsExpected() throws Exception {
        List<Row> rows = spark.read().parquet(output.toString()).orderBy("id").collectAsList();
        assertThat(rows)
                .extracting(row -> row.<String>getAs("status"))
                .containsExactly(
                        "ok",
                        "rejected",
                        "failed",
                        "rejected",
                        "rejected",
                        "rejected",
                        "rejected",
                        "rejected",
                        "rejected",
                        "rejected",
                        "ok",
                        "rejected");
        assertThat(rows)
                .extracting(row -> String.valueOf(row.<String>getAs("error")))
                .allSatisfy(PrivacyIT::isSilent);
        assertThat(console.toString(StandardCharsets.UTF_8)).contains("12 prompts: 2 ok, 9 rejected, 1 failed");
        isSilent(console.toString(StandardCharsets.UTF_8));
        isSilent(Files.readString(output.resolve(RunPlan.FILE)));
        isSilent(Files.readString(output.resolve(Manifest.FILE)));
    }

    private static String row(int id, String prompt, String samplingParams) {
        return "select " + id + " as id, " + prompt + " as prompt, cast(" + samplingParams
                + " as string) as sampling_params";
    }

    private static void isSilent(String text) {
        assertThat(text).doesNotContainIgnoringCase("zanzibar");
    }

    /** Runs with {@code --verbose}; what is logged meanwhile. */
    private String verboseLog(String... more) throws Exception {
        List<String> options = new ArrayList<>(List.of(
                "--input=" + input, "--output=" + output, "--model=" + model, "--max-new-tokens=3", "--verbose"));
        options.addAll(List.of(more));
        JobSettings settings = TestSettings.of(options.toArray(String[]::new));
        PrintStream printed = new PrintStream(console, true, StandardCharsets.UTF_8);
        StringWriter log = new StringWriter();
        QuietLog.install(ShownDetail.ALL);
        try {
            LoggerContext context = (LoggerContext) LogManager.getContext(false);
            PatternLayout layout =
                    PatternLayout.newBuilder().withPattern("%p %m%n%ex").build();
            Appender appender = WriterAppender.createAppender(layout, null, log, "kept", false, false);
            appender.start();
            context.getConfiguration().getRootLogger().addAppender(appender, Level.ALL, null);
            context.updateLoggers();
            assertThat(new GenerateJob(spark, settings, () -> false, printed, printed).run())
                    .isEqualTo(ExitCode.DONE_WITH_FAILED_ROWS);
        } finally {
            QuietLog.install(ShownDetail.ESSENTIAL);
        }
        return log.toString();
    }
}
