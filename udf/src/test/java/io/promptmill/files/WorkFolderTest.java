package io.promptmill.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
    @TempDir
    private Path temp;

    /** Holds a work folder and one of its own making until it is killed. */
    static final class Holder {
        public static void main(String[] args) throws Exception {
            Path parent = Path.of(args[0]);
            WorkFolder.hold(Files.createDirectory(parent.resolve("spark-of-the-other")));
            WorkFolder folder = WorkFolder.createIn(parent);
            Files.writeString(
                    Files.createDirectory(folder.path().resolve("model")).resolve("model.pt"), "weights");
            System.out.println(folder.path());
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @Test
    void whatAKilledProcessHasLeftIsClearedByTheNextOne() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        temp.toString())
                .redirectErrorStream(true)
                .start();
        try {
            Path left =
                    Path.of(new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))
                            .readLine());
            Path ofSomebodyElse = Files.createDirectory(temp.resolve("promptmill-123"));
            WorkFolder.createIn(temp).close();
            assertThat(left.resolve("model/model.pt"))
                    .as("that of a process that lives")
                    .exists();

            other.destroyForcibly().waitFor();
            try (WorkFolder folder = WorkFolder.createIn(temp)) {
                assertThat(temp).isDirectoryNotContaining("glob:**/spark-of-the-other");
                assertThat(left).doesNotExist();
                assertThat(folder.path()).exists();
                assertThat(ofSomebodyElse).as("one without a mark").exists();
            }
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void aFolderIsThereUntilItIsClosed() throws Exception {
        WorkFolder folder = WorkFolder.createIn(temp);
        Files.writeString(folder.path().resolve("model.pt"), "weights");
        WorkFolder.createIn(temp).close();
        assertThat(folder.path().resolve("model.pt")).exists();
        folder.close();
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void whatALinkLeadsToIsLeftAlone() throws Exception {
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("file"), "x");
        Path tmp = Files.createDirectory(temp.resolve("tmp"));
        Path left = Files.createDirectory(tmp.resolve("promptmill-left"));
        Files.createSymbolicLink(left.resolve("link"), elsewhere);
        Files.createFile(left.resolve(WorkFolder.MARK));
        Files.createFile(elsewhere.resolve(WorkFolder.MARK));
        Files.createSymbolicLink(tmp.resolve("promptmill-link"), elsewhere);

        WorkFolder.createIn(tmp).close();

        assertThat(left).doesNotExist();
        assertThat(elsewhere.resolve("file")).exists();
    }
}
