package io.promptmill.jobs.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class FailuresTest {

    @Test
    void aMessageOfOneWordIsToldWithItsKind() {
        assertThat(Failures.rootMessage(new IOException("x", new UnknownHostException("namenode"))))
                .isEqualTo("UnknownHostException: namenode");
        assertThat(Failures.rootMessage(new AccessDeniedException("/models")))
                .isEqualTo("AccessDeniedException: /models");
        assertThat(Failures.rootMessage(new IllegalStateException("it is closed\n\tat x.Y")))
                .isEqualTo("it is closed");
        assertThat(Failures.explain(new UnknownHostException("namenode")))
                .startsWith("failed: UnknownHostException: namenode, nothing was written");
    }

    @Test
    void theKeysOfUrisAreNotToldOfWhatHadoopSays() {
        assertThat(Failures.explain(new IOException("no bucket s3a://AKIA:s3cret@bucket/x")))
                .startsWith("failed: IOException: no bucket s3a://***@bucket/x, ");
    }
}
