package io.promptmill.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheLockTest {
    @TempDir
    private Path folder;

    @Test
    void theSecondWaitsForTheFirstAndOthersForNobody() throws Exception {
        Path file = folder.resolve(".locks/models--a--b/c.lock");
        CacheLock first = CacheLock.take(file);
        CacheLock.take(folder.resolve("other.lock")).close();
        CompletableFuture<CacheLock> second = CompletableFuture.supplyAsync(() -> {
            try {
                return CacheLock.take(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThatThrownBy(() -> second.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        first.close();
        second.get().close();
        assertThat(file).isEmptyFile();
        CacheLock.take(file).close();
    }
}
