package io.promptmill.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.generate.GenerateRuns;
import io.promptmill.jobs.testing.FlakyFileSystem;
import io.promptmill.jobs.testing.FlakyFileSystem.Fault;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A store whose answers get lost and whose room runs out: no half file, no doubled one, and a resume that ends the run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlakyStoreIT extends StoreContract {
    private static final String[] SETTINGS = {"--chunks=5", "--max-new-tokens=1", "--resume"};

    private final GenerateRuns runs = new GenerateRuns();
    private Path input;
    private Map<String, String> undisturbed;

    @TempDir
    private Path temp;

    @BeforeAll
    void runUndisturbed(@TempDir Path shared) throws Exception {
        FlakyFileSystem.register(TestSpark.session().sparkContext().hadoopConfiguration());
        input = shared.resolve("in");
        TestSpark.session()
                .sql("select id, concat('The sea ', id) as prompt from range(12)")
                .write()
                .parquet(input.toString());
        runs.generate(input.toString(), shared.resolve("out"), SETTINGS);
        undisturbed = GenerateRuns.chunks(shared.resolve("out"));
        assertThat(undisturbed).hasSizeGreaterThan(3);
    }

    @BeforeEach
    @AfterEach
    void heal() {
        FlakyFileSystem.every(1, Fault.NONE);
    }

    @ParameterizedTest
    @EnumSource(names = {"RENAME_DONE_THEN_FAILS", "RENAME_DONE_THEN_DENIED"})
    void aRenameWhoseAnswerIsLostIsSettledByLooking(Fault fault) throws Exception {
        FlakyFileSystem.every(1, fault);
        assertThat(generate()).isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.chunks(output())).isEqualTo(undisturbed);
    }

    @ParameterizedTest
    @CsvSource({
        "RENAME_FAILS, 1",
        "RENAME_FAILS, 4",
        "WRITE_FAILS, 1",
        "WRITE_FAILS, 3",
        "WRITE_FAILS, 6",
        "CREATE_FAILS, 2",
        "CREATE_FAILS, 4"
    })
    void aStoreThatFailsLeavesWholeChunksAndARunThatCanBeResumed(Fault fault, int period) throws Exception {
        FlakyFileSystem.every(period, fault);
        int failures = 0;
        try {
            generate();
        } catch (RefusalException e) {
            assertThat(e.exitCode()).isEqualTo(ExitCode.OUTPUT_REFUSED);
            failures++;
        } catch (Exception e) { // Spark's
            failures++;
        }
        assertThat(failures).isOne();
        FlakyFileSystem.every(1, Fault.NONE);
        assertThat(undisturbed.entrySet())
                .containsAll(GenerateRuns.chunks(output()).entrySet());
        assertThat(output().resolve("_SUCCESS")).doesNotExist();
        assertThat(generate()).isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.chunks(output())).isEqualTo(undisturbed);
        assertThat(output().resolve("_promptmill/tmp")).doesNotExist();
    }

    @Override
    String newFolder() {
        return "flaky://" + output();
    }

    @Override
    Configuration hadoop() {
        return FlakyFileSystem.register(new Configuration());
    }

    private Path output() {
        return temp.resolve("out");
    }

    private ExitCode generate() throws RefusalException, IOException {
        return runs.generate(() -> false, input.toString(), newFolder(), SETTINGS);
    }
}
