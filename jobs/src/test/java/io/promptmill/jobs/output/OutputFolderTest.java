package io.promptmill.jobs.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.generation.GenerationStats;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.lease.LeaseHolder;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.spark.rows.SequenceCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutputFolderTest {
    private static final RunPlan PLAN = TestPlans.plan(2);
    private static final Manifest MANIFEST = new Manifest(
            PLAN.fingerprint(),
            3,
            0,
            0,
            List.of(),
            SequenceCounts.NONE,
            3,
            9,
            Map.of("driver", 1L),
            Map.of("driver", "AVX2"),
            new GenerationStats(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
            List.of(
                    new Manifest.Chunk(0, "chunk-00000-of-00002.parquet", 3, 3, 9, 4, "abc"),
                    new Manifest.Chunk(1, null, 0, 0, 0, 0, null)));

    @TempDir
    private Path temp;

    private Path folder;

    @BeforeEach
    void nameFolder() {
        folder = temp.resolve("out");
    }

    @Test
    void aMissingAndAnEmptyFolderAreAcceptedAndNotTouched() throws Exception {
        check(ExistingOutput.REFUSED);
        assertThat(folder).doesNotExist();
        Files.createDirectory(folder);
        check(ExistingOutput.REFUSED);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    @Timeout(20)
    void linksToFoldersAndPipesAreFilesOfOthersWhichNobodyEntersOrOpens() throws Exception {
        Files.createDirectory(folder);
        Files.createSymbolicLink(folder.resolve("a"), Path.of("."));
        Files.createSymbolicLink(folder.resolve("b"), Path.of("."));
        String others = "output_has_other_files: --output file:" + folder + " holds 2 files that no plan of an earlier"
                + " run names, such as a, b, ";
        assertThatThrownBy(() -> check(ExistingOutput.OVERWRITTEN)).hasMessageStartingWith(others);
        assertThatThrownBy(() -> check(ExistingOutput.RESUMED)).hasMessageStartingWith(others);
        assertThatThrownBy(() -> check(ExistingOutput.REFUSED)).hasMessageStartingWith("output_exists: ");
        Files.delete(folder.resolve("a"));
        Files.delete(folder.resolve("b"));
        Path metadata = Files.createDirectory(folder.resolve("_promptmill"));
        for (String pipe : List.of("plan.json", "lease-000001.json")) {
            assertThat(new ProcessBuilder("mkfifo", metadata.resolve(pipe).toString())
                            .start()
                            .waitFor())
                    .isZero();
        }
        for (ExistingOutput existing : List.of(ExistingOutput.OVERWRITTEN, ExistingOutput.RESUMED)) {
            assertThatThrownBy(() -> check(existing))
                    .isInstanceOf(RefusalException.class)
                    .extracting(e -> ((RefusalException) e).exitCode())
                    .isEqualTo(ExitCode.OUTPUT_REFUSED);
        }
    }

    @Test
    void aRunLeavesPlanManifestAndSuccess() throws Exception {
        OutputFolder output = check(ExistingOutput.REFUSED);
        output.begin(PLAN, List.of(), () -> {});
        assertThat(content().keySet())
                .contains("_promptmill/lease-000001.json", "_promptmill/plan.json")
                .allMatch(name -> name.startsWith("_promptmill/"));
        write("chunk-00000-of-00002.parquet");
        output.finish(PLAN, MANIFEST, Optional.empty(), () -> {});
        output.close();
        assertThat(content().keySet())
                .containsExactly(
                        "_SUCCESS",
                        "_promptmill/manifest.json",
                        "_promptmill/plan.json",
                        "chunk-00000-of-00002.parquet");
        assertThat(folder.resolve("_promptmill/tmp")).doesNotExist();
        assertThat(RunPlan.parse(Files.readAllBytes(folder.resolve(RunPlan.FILE))))
                .isEqualTo(PLAN);
        assertThat(Manifest.parse(Files.readAllBytes(folder.resolve(Manifest.FILE))))
                .isEqualTo(MANIFEST);
    }

    @Test
    void aFolderThatIsNotEmptyIsRefusedWithoutOverwrite() throws Exception {
        earlierRun();
        refused(
                ExistingOutput.REFUSED,
                "output_exists: --output file:" + folder
                        + " is not empty, existing files are never mixed with new ones,"
                        + " choose another output folder, continue an interrupted run with --resume, or replace an earlier"
                        + " run's files with --overwrite");
    }

    @ParameterizedTest
    @EnumSource
    void whatAnotherWriterHasNotFinishedIsRefusedLikeWhatItHas(ExistingOutput existing) throws Exception {
        write("_temporary/0/task_0/part-00000.parquet");
        refused(
                existing,
                existing == ExistingOutput.REFUSED
                        ? "output_exists: --output file:" + folder + " is not empty, "
                        : "output_has_other_files: --output file:" + folder
                                + " holds 1 file that no plan of an earlier run names, such as"
                                + " _temporary/0/task_0/part-00000.parquet, ");
    }

    @Test
    void overwriteRemovesWhatTheEarlierRunWroteAndItsLeftOvers() throws Exception {
        earlierRun();
        write("_promptmill/tmp/chunk-00001-of-00002.parquet.attempt");
        OutputFolder output = check(ExistingOutput.OVERWRITTEN);
        assertThat(content()).hasSize(5);
        begin(output);
        assertThat(content().keySet()).containsExactly("_promptmill/plan.json");
    }

    @Test
    void overwriteRemovesSuccessFirstAndThePlanLast() throws Exception {
        earlierRun();
        assertThat(FolderContents.read(files()).inOrderOfRemoval())
                .containsExactly(
                        "_SUCCESS",
                        "_promptmill/manifest.json",
                        "chunk-00000-of-00002.parquet",
                        "_promptmill/plan.json");
    }

    @Test
    void aRunThatStopsEarlyKeepsItsFinishedChunksAndTellsTheirNumber() throws Exception {
        OutputFolder output = check(ExistingOutput.REFUSED);
        output.begin(PLAN, List.of(), () -> {});
        write("chunk-00001-of-00002.parquet");
        write("_promptmill/tmp/chunk-00000-of-00002.parquet.attempt");
        assertThat(output.progress()).isEqualTo("file:" + folder + " holds 1 finished of 2 chunks");
        output.close();
        assertThat(content().keySet()).containsExactly("_promptmill/plan.json", "chunk-00001-of-00002.parquet");
    }

    @Test
    void aFolderWithChunksThatTheManifestDoesNotNameIsNotFinished() throws Exception {
        for (String stray : List.of("chunk-00001-of-00002.parquet", "chunk-00000-of-00009.parquet")) {
            try (OutputFolder output = check(ExistingOutput.OVERWRITTEN)) {
                output.begin(PLAN, List.of(), () -> {});
                write("chunk-00000-of-00002.parquet");
                write(stray);
                assertThatThrownBy(() -> output.finish(PLAN, MANIFEST, Optional.empty(), () -> {}))
                        .hasMessage("Cannot finish file:" + folder + ": another run has written to this folder");
            }
            assertThat(content().keySet()).doesNotContain("_SUCCESS", "_promptmill/manifest.json");
            Files.delete(folder.resolve(stray));
        }
    }

    @Test
    void aFolderThatCannotBeReachedIsRefused() {
        assertThatThrownBy(() -> OutputFolder.open(
                        "nofs://a/b", new Configuration(), List.of(hadoop(temp.resolve("in"))), ExistingOutput.REFUSED))
                .hasMessage("output_unusable: --output nofs://a/b cannot be used, No FileSystem for scheme \"nofs\","
                        + " check the path, its file system and the rights of this user");
    }

    @Test
    void overwriteAcceptsARunThatDiedBeforeItsManifest() throws Exception {
        earlierRun();
        Files.delete(folder.resolve("_SUCCESS"));
        Files.delete(folder.resolve(Manifest.FILE));
        begin(check(ExistingOutput.OVERWRITTEN));
        assertThat(content().keySet()).containsExactly("_promptmill/plan.json");
    }

    @Test
    void overwriteRefusesAFolderWithFilesOfOthers() throws Exception {
        earlierRun();
        write("notes.txt");
        write("part/chunk-00000-of-00002.parquet");
        refused(
                ExistingOutput.OVERWRITTEN,
                "output_has_other_files: --output file:" + folder + " holds 2 files that no plan of an"
                        + " earlier run names, such as notes.txt, part/chunk-00000-of-00002.parquet, --overwrite removes"
                        + " only what Promptmill wrote, move these files away or choose another output folder");
    }

    @Test
    void overwriteRefusesChunksOfAnotherPlanAndFoldersWithoutAPlan() throws Exception {
        earlierRun();
        write("chunk-00000-of-00003.parquet");
        refused(ExistingOutput.OVERWRITTEN, "output_has_other_files");
        Files.delete(folder.resolve("chunk-00000-of-00003.parquet"));
        Files.writeString(folder.resolve(RunPlan.FILE), "{\"chunks\": \"many");
        refused(ExistingOutput.OVERWRITTEN, "output_has_other_files");
    }

    @Test
    void aFileInTheFoldersPlaceIsRefused() throws Exception {
        Files.writeString(folder, "x");
        assertThatThrownBy(() -> check(ExistingOutput.OVERWRITTEN))
                .hasMessageStartingWith("output_is_file: --output file:" + folder + " is a file");
    }

    @Test
    void theInputIsNeverPartOfTheOutput() {
        for (Path input : List.of(folder, folder.resolve("a.parquet"), temp)) {
            assertThatThrownBy(() -> OutputFolder.check(
                            files(), List.of(hadoop(temp.resolve("other")), hadoop(input)), ExistingOutput.OVERWRITTEN))
                    .hasMessageStartingWith("output_is_input: --output file:" + folder + " and --input file:" + input
                            + " lie in one another");
        }
    }

    @Test
    void theSecondOfTwoRunsThatStartTogetherIsRefused() throws Exception {
        OutputFolder first = check(ExistingOutput.REFUSED);
        OutputFolder second = check(ExistingOutput.REFUSED);
        first.begin(PLAN, List.of(), () -> {});
        assertThat(first.leaseLoss()).isEmpty();
        assertThatThrownBy(() -> second.begin(PLAN, List.of(), () -> {}))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("output_in_use: --output file:" + folder + " is being written by another run,"
                        + " process " + ProcessHandle.current().pid() + " on ")
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.OUTPUT_REFUSED);
        second.close();
        assertThat(first.leaseLoss()).isEmpty();
        first.close();
        assertThat(content().keySet()).containsExactly("_promptmill/plan.json");
    }

    @Test
    void aRunThatFindsAnotherOnesWorkAfterItHasLookedIsRefused() throws Exception {
        OutputFolder late = check(ExistingOutput.REFUSED);
        begin(check(ExistingOutput.REFUSED));
        Map<String, String> before = content();
        assertThatThrownBy(() -> late.begin(PLAN, List.of(), () -> {}))
                .hasMessage("output_taken: another run has just written to file:" + folder + ", two runs cannot share a"
                        + " folder, wait for the other run or choose another output folder");
        late.close();
        assertThat(content()).isEqualTo(before);
    }

    @Test
    void aDriverThatDiedBeforeItsPlanIsNoObstacleToAResume() throws Exception {
        write("_promptmill/tmp/chunk");
        Files.writeString(
                folder.resolve("_promptmill/lease-000004.json"),
                Json.write(new LeaseHolder(
                        "x", "h", 1, "2020-01-01T00:00:00Z", LeaseHolder.here().machine())));
        refused(ExistingOutput.REFUSED, "output_exists: ");
        try (OutputFolder output = check(ExistingOutput.RESUMED)) {
            output.begin(PLAN, List.of(), () -> {});
            assertThat(output.lease().term()).isEqualTo(5);
        }
        assertThat(content().keySet()).containsExactly("_promptmill/plan.json");
    }

    @Test
    void aCardIsThereBeforeSuccessAndGoesWithItsRun() throws Exception {
        runWithCard();
        assertThat(folder.resolve("README.md"))
                .content()
                .startsWith("# Card\n\n<!-- Written by Promptmill. SHA-256 of all above: ")
                .endsWith(" -->\n");
        assertThat(content()).hasSize(5);
        begin(check(ExistingOutput.OVERWRITTEN));
        assertThat(content().keySet()).containsExactly("_promptmill/plan.json");
    }

    @Test
    void aCardGoesWhereRowsAreAddedAndTheRestStays() throws Exception {
        runWithCard();
        try (OutputFolder output = check(ExistingOutput.APPENDED)) {
            assertThat(output.earlier().outdatesCard()).isTrue();
            assertThat(output.earlier().olderManifests()).containsExactly(MANIFEST);
            output.begin(PLAN.after(PLAN), List.of(), () -> {});
        }
        assertThat(content().keySet())
                .containsExactly(
                        "_promptmill/manifest.json",
                        "_promptmill/plan-g0001.json",
                        "_promptmill/plan.json",
                        "chunk-00000-of-00002.parquet");
    }

    @Test
    void aCardThatSomebodyHasCorrectedIsAFileOfOthers() throws Exception {
        runWithCard();
        Path card = folder.resolve("README.md");
        Files.writeString(card, Files.readString(card).replace("# Card", "# My card"));
        String others = "output_has_other_files: --output file:" + folder + " holds 1 file that no plan of an earlier"
                + " run names, such as README.md, ";
        refused(ExistingOutput.OVERWRITTEN, others);
        refused(ExistingOutput.RESUMED, others);
    }

    @Test
    void aFinishedFolderIsGivenACardAndAnotherInItsPlace() throws Exception {
        earlierRun();
        for (String text : List.of("one", "two", "two")) {
            try (OutputFolder output = check(ExistingOutput.RESUMED)) {
                output.replaceCard(text);
            }
            assertThat(folder.resolve("README.md")).content().startsWith(text + "\n<!-- Written by Promptmill.");
            assertThat(content()).hasSize(5);
        }
    }

    private static void begin(OutputFolder output) throws RefusalException {
        output.begin(PLAN, List.of(), () -> {});
        output.close();
    }

    private void runWithCard() throws Exception {
        try (OutputFolder output = check(ExistingOutput.REFUSED)) {
            output.begin(PLAN, List.of(), () -> {});
            write("chunk-00000-of-00002.parquet");
            output.finish(PLAN, MANIFEST, Optional.of("# Card\n"), () -> {});
        }
    }

    private void earlierRun() throws IOException {
        write("_SUCCESS");
        write("chunk-00000-of-00002.parquet");
        write(RunPlan.FILE);
        Files.writeString(folder.resolve(RunPlan.FILE), Json.write(PLAN));
        Files.writeString(folder.resolve(Manifest.FILE), Json.write(MANIFEST));
    }

    private void write(String name) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(folder.resolve(name), name);
    }

    private void refused(ExistingOutput existing, String message) throws IOException {
        Map<String, String> before = content();
        assertThatThrownBy(() -> check(existing))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith(message)
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.OUTPUT_REFUSED);
        assertThat(content()).isEqualTo(before);
    }

    private OutputFolder check(ExistingOutput existing) throws RefusalException, IOException {
        return OutputFolder.check(files(), List.of(hadoop(temp.resolve("in"))), existing);
    }

    private OutputFiles files() throws IOException {
        return new OutputFiles(folder.toString(), new Configuration());
    }

    private static org.apache.hadoop.fs.Path hadoop(Path path) {
        return new org.apache.hadoop.fs.Path("file:" + path);
    }

    private Map<String, String> content() throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return content;
    }
}
