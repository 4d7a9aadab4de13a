package io.promptmill.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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
        Path adapter = Files.createDirectory(temp.resolve("adapter"));
        Files.writeString(
                adapter.resolve("adapter_config.json"),
                "{\"peft_type\":\"LORA\",\"base_model_name_or_path\":\"../base\"}");
        String header = "{\"base_model.model.transformer.ln_f.bias\":{\"dtype\":\"F32\",\"shape\":[288],"
                + "\"data_offsets\":[0,1152]}}";
        Files.write(
                adapter.resolve("adapter_model.safetensors"),
                ByteBuffer.allocate(Long.BYTES + header.length() + 1152)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length())
                        .put(header.getBytes(StandardCharsets.UTF_8))
                        .putFloat(7)
                        .array());

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
