package io.promptmill.jobs.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunRecordTest {
    private static final RunRecord RUN = TestStories.of(TestStories.KEEPER).run();

    @Test
    void aRunComesBackAsItWasWritten() throws IOException {
        assertThat(RunRecord.parse(RUN.json())).isEqualTo(RUN);
    }

    @Test
    void fieldsHaveNamesInSnakeCaseAndTheOrderOfTheRecord() {
        assertThat(new String(RUN.json(), StandardCharsets.UTF_8))
                .startsWith("{\n  \"id\" : \"20261128T154500Z-1a2b3c\",\n  \"model\" : \"lighthouse\",\n"
                        + "  \"status\" : \"finished\",\n  \"started\" : \"2026-11-28T15:45:00Z\",\n")
                .contains(
                        "\"code_version\" : \"0.1.0\"", "\"held_out_digest\" : \"eeee", "\"tokens_per_second\" : 173.2")
                .contains("\"best_eval_loss\" : 3.258", "\"version\" : \"v3\"", "\"memory_bytes\" : 25769803776")
                .endsWith("}\n");
    }

    @Test
    void whatIsNotKnownYetIsNotInTheFile() {
        RunRecord begun = new RunRecord(
                RUN.id(),
                RUN.model(),
                RunStatus.RUNNING,
                RUN.started(),
                null,
                RUN.codeVersion(),
                RUN.machine(),
                RUN.parameters(),
                RUN.data(),
                null,
                null,
                Totals.NONE,
                Losses.NONE);
        assertThat(new String(begun.json(), StandardCharsets.UTF_8))
                .doesNotContain("ended", "parent", "result", "null")
                .contains("\"losses\" : { }");
    }

    @Test
    void anIdTellsTheTimeAndTheDistinction() {
        assertThat(RunRecord.id(Instant.parse("2026-01-02T03:04:05.999Z"), -1)).isEqualTo("20260102T030405Z-ffffff");
        assertThat(RunRecord.id(Instant.EPOCH, 10)).isEqualTo("19700101T000000Z-00000a");
    }

    @Test
    void strangeFilesAreRefused() {
        String json = new String(RUN.json(), StandardCharsets.UTF_8);
        for (String changed : List.of(
                "",
                "null",
                "{}",
                json.replace("20261128T154500Z-1a2b3c", "yesterday"),
                json.replace("2026-11-28T15:45:00Z", "noon"),
                json.replace("\"finished\"", "\"done\""),
                json.replace("\"threads\" : 2", "\"threads\" : 0"),
                json.replace("\"steps\" : 400", "\"steps\" : -1"))) {
            assertThat(changed).isNotEqualTo(json);
            assertThatThrownBy(() -> RunRecord.parse(changed.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aModelIsCalledByItsFolderWithoutTheVersionOrAsTheHubCallsIt() {
        assertThat(new ModelReference("openai-community/gpt2@c0ffee", "c0ffee", "d").name())
                .isEqualTo("openai-community/gpt2");
        assertThat(new ModelReference("s3://b/models/owl/v12", "v12", "d").name())
                .isEqualTo("owl");
        assertThat(new ModelReference("/models/gpt2/", null, "d").name()).isEqualTo("gpt2");
        assertThat(new ModelReference("the sample model", null, "d").name()).isEqualTo("the sample model");
    }
}
