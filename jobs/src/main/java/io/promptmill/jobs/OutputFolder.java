package io.promptmill.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.promptmill.Problem;
import io.promptmill.jobs.JobSettings.ExistingOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The output folder as the driver sees it: checked first, touched only by {@link #begin}, finished by {@link #finish}.
 * Only files that an earlier run's plan or manifest names are ever removed.
 */
final class OutputFolder {
    static final String SUCCESS = "_SUCCESS";

    private static final int SHOWN_NAMES = 5;

    private final OutputFiles files;
    private final List<Path> earlierFiles;
    private final String distinction = UUID.randomUUID().toString();

    private OutputFolder(OutputFiles files, List<Path> earlierFiles) {
        this.files = files;
        this.earlierFiles = earlierFiles;
    }

    /** Opens the folder's file system and looks whether a run may write there; changes nothing. */
    static OutputFolder open(String folder, Configuration hadoop, Path input, ExistingOutput existing)
            throws RefusalException {
        try {
            return check(new OutputFiles(folder, hadoop), input, existing);
        } catch (IOException | IllegalArgumentException e) {
            throw unusable(folder, e);
        }
    }

    static OutputFolder check(OutputFiles files, Path input, ExistingOutput existing)
            throws RefusalException, IOException {
        Path folder = files.folder();
        if (contains(folder, input) || contains(input, folder)) {
            throw refused(
                    "output_is_input",
                    "--output " + folder + " and --input " + input + " lie in one another",
                    "the run would read its own rows or remove the prompts",
                    "choose another output folder");
        }
        if (!files.fileSystem().exists(folder)) {
            return new OutputFolder(files, List.of());
        }
        if (!files.fileSystem().getFileStatus(folder).isDirectory()) {
            throw refused(
                    "output_is_file",
                    "--output " + folder + " is a file",
                    "the rows are written into a folder",
                    "choose another output folder");
        }
        if (files.fileSystem().listStatus(folder).length == 0) {
            return new OutputFolder(files, List.of());
        }
        if (existing == ExistingOutput.REFUSED) {
            throw refused(
                    "output_exists",
                    "--output " + folder + " is not empty",
                    "existing files are never mixed with new ones",
                    "choose another output folder, or replace an earlier run's files with --overwrite");
        }
        return new OutputFolder(files, removable(files));
    }

    OutputFiles files() {
        return files;
    }

    /** What {@link #begin} removes, in that order. */
    List<Path> earlierFiles() {
        return earlierFiles;
    }

    /** Removes the earlier run's files, {@code _SUCCESS} first, and writes the plan. */
    void begin(RunPlan plan) throws RefusalException {
        boolean written;
        try {
            for (Path file : earlierFiles) {
                files.delete(file);
            }
            written = files.writeIfAbsent(RunPlan.FILE, utf8(Json.write(plan)), distinction);
        } catch (IOException e) {
            throw unusable(files.folder().toString(), e);
        }
        if (!written) {
            throw refused(
                    "output_taken",
                    "another run has just written its plan to " + files.folder(),
                    "two runs cannot share a folder",
                    "wait for the other run or choose another output folder");
        }
    }

    /** Writes the manifest, then {@code _SUCCESS}, and clears the temporary folder. */
    void finish(Manifest manifest) throws IOException {
        if (!files.writeIfAbsent(Manifest.FILE, utf8(Json.write(manifest)), distinction)
                || !files.writeIfAbsent(SUCCESS, new byte[0], distinction)) {
            throw new IOException("Cannot finish " + files.folder() + ": another run has written to this folder");
        }
        files.fileSystem().delete(files.temporaryFolder(), true);
    }

    /** Clears the temporary folder of a run that is given up; what is left, in words. */
    String abandon() throws IOException {
        files.fileSystem().delete(files.temporaryFolder(), true);
        ChunkPlan plan =
                new ChunkPlan(Json.read(files.read(RunPlan.FILE), RunPlan.class).chunks());
        int finished = 0;
        for (FileStatus file : files.fileSystem().listStatus(files.folder())) {
            finished += ChunkPlan.isFileName(file.getPath().getName()) ? 1 : 0;
        }
        return files.folder() + " holds " + finished + " finished of " + plan.chunks() + " chunks";
    }

    /** All files in the folder, in the order they are to be removed; the plan last, so that the rest stays known. */
    private static List<Path> removable(OutputFiles files) throws RefusalException, IOException {
        Set<String> named = namedFiles(files);
        List<Path> ours = new ArrayList<>();
        List<String> foreign = new ArrayList<>();
        RemoteIterator<? extends FileStatus> all = files.fileSystem().listFiles(files.folder(), true);
        while (all.hasNext()) {
            Path file = all.next().getPath();
            boolean temporary = contains(files.temporaryFolder(), file);
            if (temporary || named.contains(relative(files.folder(), file))) {
                ours.add(file);
            } else {
                foreign.add(relative(files.folder(), file));
            }
        }
        if (!foreign.isEmpty()) {
            foreign.sort(Comparator.naturalOrder());
            throw refused(
                    "output_has_other_files",
                    "--output " + files.folder() + " holds " + foreign.size()
                            + " files that no plan or manifest of an earlier run names, such as "
                            + String.join(", ", foreign.subList(0, Math.min(SHOWN_NAMES, foreign.size()))),
                    "--overwrite removes only what Promptmill wrote",
                    "move these files away or choose another output folder");
        }
        Path success = files.path(SUCCESS);
        Path plan = files.path(RunPlan.FILE);
        ours.sort(Comparator.comparing((Path file) -> !file.equals(success))
                .thenComparing(file -> file.equals(plan))
                .thenComparing(Comparator.naturalOrder()));
        return ours;
    }

    private static Set<String> namedFiles(OutputFiles files) throws IOException {
        Set<String> names = new HashSet<>();
        try {
            if (files.exists(RunPlan.FILE)) {
                ChunkPlan plan = new ChunkPlan(
                        Json.read(files.read(RunPlan.FILE), RunPlan.class).chunks());
                for (int chunk = 0; chunk < plan.chunks(); chunk++) {
                    names.add(plan.fileName(chunk));
                }
            }
            if (files.exists(Manifest.FILE)) {
                Json.read(files.read(Manifest.FILE), Manifest.class).chunks().stream()
                        .map(Manifest.Chunk::file)
                        .filter(name -> name != null && ChunkPlan.isFileName(name))
                        .forEach(names::add);
            }
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Set.of(); // not a plan of ours: nothing here is known
        }
        if (!names.isEmpty()) {
            names.addAll(List.of(RunPlan.FILE, Manifest.FILE, SUCCESS));
        }
        return names;
    }

    /** Whether a path is the folder or lies in it. Compared by parts: texts of equal URIs may differ. */
    private static boolean contains(Path folder, Path file) {
        Path ancestor = file;
        while (ancestor != null && !ancestor.equals(folder)) {
            ancestor = ancestor.getParent();
        }
        return ancestor != null;
    }

    private static String relative(Path folder, Path file) {
        return file.toUri().getPath().substring(folder.toUri().getPath().length() + 1);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static RefusalException unusable(String folder, Exception cause) {
        return new RefusalException(
                ExitCode.OUTPUT_REFUSED,
                new Problem(
                        "output_unusable",
                        "--output " + folder + " cannot be used",
                        Failures.rootMessage(cause),
                        "check the path, its file system and the rights of this user"),
                cause);
    }

    private static RefusalException refused(String code, String what, String why, String remedy) {
        return new RefusalException(ExitCode.OUTPUT_REFUSED, new Problem(code, what, why, remedy));
    }
}
