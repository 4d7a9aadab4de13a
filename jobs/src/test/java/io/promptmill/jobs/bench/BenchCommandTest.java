package io.promptmill.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.jobs.Promptmill;
import io.promptmill.jobs.command.CommandLines;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.testing.TestHubCache;
import io.promptmill.jobs.testing.TestVersions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path temp;

    @Test
    void theHelpTellsEveryOption() {
        assertThat(run("bench", "--help")).isEqualTo(ExitCode.DONE);
        assertThat(text(out))
                .startsWith("Usage: spark-submit promptmill.jar bench")
                .contains("--model", "--shape", "--work", "--slots", "--precision", "--do-sample", "--top-p", "--top-k")
                .contains("--seconds", "--tasks", "--warmup-seconds", "--seed", "--json", "--verbose");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--work=w4|wrong_value: --work has a wrong value, it must be w1, w2, w3 or all but was w4",
                "--shape=huge|wrong_value: --shape has a wrong value, it must be small, medium or LAYERSxWIDTHxHEADS",
                "--slots=0|wrong_value: an option cannot be used, --slots must be at least 1 but was 0",
                "--tasks=0|wrong_value: an option cannot be used, --tasks must be at least 1 but was 0",
                "--seconds=-1|wrong_value: an option cannot be used, --seconds must be from 0 to 1,000,000 but was -1.0",
                "--warmup-seconds=NaN|wrong_value: an option cannot be used, --warmup-seconds must be from 0 to",
                "--slots=many|wrong_value: --slots has a wrong value, it must be a whole number but was many, correct it on the",
                "--top-p=1.5|wrong_value: --top-p has a wrong value, top_p must be",
                "--top-k=-2|wrong_value: --top-k has a wrong value, top_k must be",
                "--do-sample=maybe|wrong_value: --do-sample has a wrong value, do_sample must be",
                "--precision=int4|wrong_value: --precision has a wrong value, it must be one of auto, fp32, bf16, int8",
                "--model=a --shape=small|contradicting_options: --model and --shape are both given",
                "--work=w3 --do-sample=false|contradicting_options: --work w3 cannot be greedy",
                "--sloots=3|unknown_option: --sloots is not known, bench has no such option, did you mean --slots?"
            })
    void wrongUsageIsRefused(String options, String message) {
        assertThat(run(("bench " + options).split(" "))).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(text(err)).startsWith("promptmill: " + message).hasLineCount(1);
        assertThat(out.size()).isZero();
    }

    @Test
    void greedyLeavesOutTheWorkThatItCannotDo() throws RefusalException {
        assertThat(request("--work=all").works()).containsExactly(Work.W1, Work.W2, Work.W3);
        assertThat(request("--work=all", "--do-sample=false").works()).containsExactly(Work.W1, Work.W2);
    }

    @Test
    void oneTaskACoreDrawsFromANucleusWhenNothingIsSaid() throws RefusalException {
        BenchRequest request = request();
        assertThat(request.works()).containsExactly(Work.W1);
        assertThat(request.shape()).isEqualTo(ModelSize.SMALL);
        assertThat(request.settings()).satisfies(settings -> {
            assertThat(settings.tasks()).isEqualTo(Runtime.getRuntime().availableProcessors());
            assertThat(settings.slots()).isEqualTo(64);
            assertThat(settings.choice().values().values()).containsExactly(true, 0, 0.95);
        });
    }

    @Test
    void aMissingModelIsRefused() {
        assertThat(run("bench", "--model", temp.resolve("absent").toString())).isEqualTo(ExitCode.MODEL_REFUSED);
        assertThat(text(err)).contains("absent");
    }

    @Test
    void aModelTooShortForTheWorkIsRefused() throws Exception {
        new MadeUpCheckpoint(new ModelSize(1, 8, 1, 256, 100), 1, 0).write(temp);
        assertThat(run("bench", "--work=w2", "--model", temp.toString())).isEqualTo(ExitCode.MODEL_REFUSED);
        assertThat(text(err))
                .isEqualToNormalizingNewlines("promptmill: model_too_short: --work w2 does not fit the model, it needs"
                        + " 192 positions and the model has 100, choose a work with shorter prompts, or another"
                        + " model\n");
    }

    @Test
    void aVersionOfAModelOrOneOfTheHubIsMeasuredByItsName() throws Exception {
        Path versions = temp.resolve("alice");
        Path version = Files.createDirectories(versions.resolve("v2"));
        new MadeUpCheckpoint(new ModelSize(1, 8, 1, 256, 100), 1, 0).write(version);
        try (Checkpoint checkpoint = Checkpoint.open(version)) {
            TestVersions.publish(versions, 2, OptionalDouble.empty(), checkpoint.digest());
        }
        String options = " --work w1 --do-sample false --slots 2 --tasks 1 --seconds 0 --warmup-seconds 0 --json";
        assertThat(run(("bench --model " + versions + "@v2" + options).split(" ")))
                .as(text(err))
                .isEqualTo(ExitCode.DONE);
        assertThat(new ObjectMapper().readTree(text(out)).get("model").textValue())
                .isEqualTo(version.toString());
        assertThat(run("bench", "--model", versions + "@v3")).isEqualTo(ExitCode.MODEL_REFUSED);
        assertThat(text(err)).startsWith("promptmill: version_missing: there is no version v3 in " + versions);
        TestHubCache cache = new TestHubCache("tests/bench");
        err.reset();
        assertThat(run("bench", "--model", "tests/bench")).isEqualTo(ExitCode.MODEL_REFUSED);
        assertThat(text(err)).startsWith("promptmill: hub_offline: the model tests/bench is not in the cache ");
        out.reset();
        cache.with("c3".repeat(20), version);
        assertThat(run(("bench --model tests/bench" + options).split(" ")))
                .as(text(err))
                .isEqualTo(ExitCode.DONE);
        assertThat(new ObjectMapper().readTree(text(out)).get("model").textValue())
                .isEqualTo("tests/bench@" + "c3".repeat(20));
    }

    @Test
    void aMadeUpModelGivesOneJsonLineAWork() throws Exception {
        ExitCode code = run(("bench --shape 1x16x2x300 --work all --do-sample false --slots 2 --tasks 1 --seconds 0"
                        + " --warmup-seconds 0 --json")
                .split(" "));
        assertThat(code).as(text(err)).isEqualTo(ExitCode.DONE);
        assertThat(text(err)).contains("promptmill: made up a model in ").contains("next-token entropy 3.50 nats");
        assertThat(text(out).lines()).hasSize(2).allSatisfy(line -> {
            JsonNode json = new ObjectMapper().readTree(line);
            assertThat(json.get("model").textValue()).isEqualTo("1x16x2x300 with random weights");
            assertThat(json.get("mode").textValue()).isEqualTo("greedy");
            assertThat(json.get("tokens_per_s").doubleValue()).isPositive();
        });
    }

    private static BenchRequest request(String... options) throws RefusalException {
        String[] args = Stream.concat(Stream.of("bench"), Stream.of(options)).toArray(String[]::new);
        return BenchRequest.read(
                CommandLines.options(CommandLines.parse(CommandLines.of(List.of(new BenchCommand())), args)
                        .subcommand()));
    }

    private ExitCode run(String... args) {
        return Promptmill.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
