package io.promptmill.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.testing.TestAdapter;
import io.promptmill.jobs.testing.TestHubCache;
import io.promptmill.pretrained.SampleModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobModelTest {
    @TempDir
    private Path temp;

    @Test
    void anAdapterIsOpenedOverTheBaseThatIsGivenOrThatItNamesFromItsOwnPlace() throws Exception {
        Path base = Files.createDirectory(temp.resolve("base"));
        SampleModel.copyTo(base);
        Path adapter = TestAdapter.in(temp.resolve("adapter"), "../base");

        Configuration hadoop = new Configuration();
        String byUri = adapter.toUri().toString();
        try (JobModel named = JobModel.open(Optional.of(byUri), Optional.empty(), hadoop);
                JobModel given = JobModel.open(Optional.of(byUri), Optional.of(base.toString()), hadoop);
                JobModel plain = JobModel.open(Optional.of(base.toString()), Optional.empty(), hadoop)) {
            assertThat(named.checkpoint().tensor("ln_f.bias").data().getFloat()).isEqualTo(7);
            assertThat(named.location()).isEqualTo(byUri);
            assertThat(named.tokenizer().definition().orElseThrow().canonicalJson())
                    .isEqualTo(plain.tokenizer().definition().orElseThrow().canonicalJson());
            assertThat(given.checkpoint().digest())
                    .isEqualTo(named.checkpoint().digest())
                    .isNotEqualTo(plain.checkpoint().digest());
        }
    }

    @Test
    void theBaseOfAnAdapterMayBeNamedAsTheHubHasIt() throws Exception {
        String commit = "c3".repeat(20);
        Path base = Files.createDirectory(temp.resolve("base"));
        SampleModel.copyTo(base);
        new TestHubCache("tests/base").with(commit, base);
        Path adapter = TestAdapter.in(temp.resolve("adapter"), "../base");
        Configuration hadoop = new Configuration();
        Optional<String> path = Optional.of(adapter.toString());
        try (JobModel named = JobModel.open(path, Optional.empty(), hadoop);
                JobModel given = JobModel.open(path, Optional.of("tests/base"), hadoop)) {
            assertThat(named.baseHubName()).isEmpty();
            assertThat(given.baseHubName()).contains("tests/base@" + commit);
            assertThat(given.hubName()).isEmpty();
            assertThat(given.location()).isEqualTo(adapter.toString());
            assertThat(given.digest()).isEqualTo(named.digest());
        }
        assertThatExceptionOfType(RefusalException.class)
                .isThrownBy(() -> JobModel.open(path, Optional.of("tests/base@v2"), hadoop))
                .withMessageStartingWith("hub_offline: the model tests/base@v2 is not in the cache ");
    }

    @Test
    void aUriWhoseFileSystemFailsRefusesTheModel() {
        Configuration hadoop = new Configuration();
        hadoop.set("fs.far.impl", "no.such.FileSystem");
        assertThatExceptionOfType(RefusalException.class)
                .isThrownBy(() -> JobModel.open(Optional.of("far://host/model"), Optional.empty(), hadoop))
                .withMessageContaining("model_unreadable: --model far://host/model cannot be read, ")
                .extracting(RefusalException::exitCode)
                .isEqualTo(ExitCode.MODEL_REFUSED);
    }
}
