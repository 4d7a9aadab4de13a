package io.promptmill.jobs.input;

import io.promptmill.Problem;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.store.LocalFiles;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The files of an input: all that lie below a path, at any depth. Names that begin with {@code _} or {@code .} are passed
 * over, as Spark and Hadoop do. Immutable.
 *
 * @param option by which the input is given, for messages
 * @param paths what was asked for, with its file system
 * @param files by path
 * @param hadoopSettings what Hadoop has to be told to open them
 */
public record InputListing(
        String option, List<Path> paths, List<ListedFile> files, Map<String, String> hadoopSettings) {
    private static final Comparator<ListedFile> BY_PATH =
            Comparator.comparing(file -> file.status().getPath().toString());

    public InputListing {
        paths = List.copyOf(paths);
        files = List.copyOf(files);
        hadoopSettings = Map.copyOf(hadoopSettings);
    }

    /** The files below a path, or those below everything that it matches where it is a pattern that does not exist literally. */
    public static InputListing of(String option, String input, Configuration hadoop) throws RefusalException {
        try {
            Path path = qualified(input, hadoop);
            FileSystem fileSystem = path.getFileSystem(hadoop);
            List<ListedFile> files = new ArrayList<>();
            List<FileStatus> roots = roots(option, fileSystem, path);
            if (!roots.isEmpty()) {
                TableFormat.refuseAround(fileSystem, roots.get(0).getPath());
            }
            for (FileStatus root : roots) {
                files.addAll(below(option, fileSystem, root));
            }
            if (files.isEmpty()) {
                throw RefusalException.input(
                        "input_empty",
                        option + " " + path + " holds no file",
                        "what begins with _ or . in its name or its folder's is passed over, and there is nothing else",
                        "give a file or a folder with some");
            }
            return new InputListing(
                    option, List.of(path), files.stream().sorted(BY_PATH).toList(), hadoopSettings(fileSystem));
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw new RefusalException(
                    ExitCode.INPUT_REFUSED,
                    new Problem(
                            "input_unusable",
                            option + " " + input + " cannot be used",
                            Failures.rootMessage(e),
                            "check the path, its file system and the rights of this user"),
                    e);
        }
    }

    /**
     * Without them Hadoop's local file system goes by the checksum file {@code .NAME.crc} that may lie beside a file, which
     * other writers leave there when they replace the file; and it cannot derive that name where there is a colon in it.
     */
    private static Map<String, String> hadoopSettings(FileSystem fileSystem) {
        return fileSystem.getClass() == LocalFileSystem.class
                ? Map.of("fs.file.impl", RawLocalFileSystem.class.getName(), "fs.file.impl.disable.cache", "true")
                : Map.of();
    }

    /** Hadoop's configuration with what is needed to open these files. */
    public Configuration configuration(Configuration hadoop) {
        Configuration settings = new Configuration(hadoop);
        hadoopSettings.forEach(settings::set);
        return settings;
    }

    /** Those of the files that a test holds for. */
    public InputListing only(Predicate<Path> test) {
        return new InputListing(
                option,
                paths,
                files.stream()
                        .filter(file -> test.test(file.status().getPath()))
                        .toList(),
                hadoopSettings);
    }

    /**
     * The files of several inputs as those of one.
     *
     * @param listings at least one, none of whose files is in another
     */
    public static InputListing together(List<InputListing> listings) {
        Map<String, String> settings = new HashMap<>();
        listings.forEach(listing -> settings.putAll(listing.hadoopSettings()));
        return new InputListing(
                listings.get(0).option(),
                listings.stream().flatMap(listing -> listing.paths().stream()).toList(),
                listings.stream()
                        .flatMap(listing -> listing.files().stream())
                        .sorted(BY_PATH)
                        .toList(),
                settings);
    }

    /** What was asked for, in words. */
    public String place() {
        return paths.stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    /** Whether Spark and Hadoop pass over a file or folder of that name. */
    static boolean isPassedOver(String name) {
        return name.startsWith(".")
                || (name.startsWith("_") && name.indexOf('=') < 0) // _k=v names a column
                || name.endsWith("._COPYING_");
    }

    // A name with a colon and no slash before it looks as if it began with a scheme.
    private static Path qualified(String input, Configuration hadoop) throws IOException {
        try {
            Path path = new Path(input);
            return path.getFileSystem(hadoop).makeQualified(path);
        } catch (IOException | IllegalArgumentException e) {
            if (input.indexOf(':') > 0) {
                Path path = new Path(null, null, input);
                FileSystem fileSystem = path.getFileSystem(hadoop);
                if (fileSystem.exists(path)) {
                    return fileSystem.makeQualified(path);
                }
            }
            throw e;
        }
    }

    private static List<FileStatus> roots(String option, FileSystem fileSystem, Path path)
            throws IOException, RefusalException {
        try {
            return List.of(fileSystem.getFileStatus(path));
        } catch (FileNotFoundException e) {
            FileStatus[] matches = fileSystem.globStatus(path);
            if (matches == null || matches.length == 0) {
                throw new RefusalException(
                        ExitCode.INPUT_REFUSED,
                        new Problem(
                                "input_missing",
                                option + " " + path + " does not exist",
                                "there is nothing to read",
                                "correct the path; on a cluster it must be one that every node can read"),
                        e);
            }
            boolean hiddenAsked = isPassedOver(path.getName());
            return Arrays.stream(matches)
                    .filter(match ->
                            hiddenAsked || !isPassedOver(match.getPath().getName()))
                    .toList();
        }
    }

    /** Level by level, the folders of a level at the same time: on a store each is a call over the network. */
    private static List<ListedFile> below(String option, FileSystem fileSystem, FileStatus root)
            throws IOException, RefusalException {
        if (!root.isDirectory()) {
            if (isPassedOver(root.getPath().getName())) {
                throw RefusalException.input(
                        "input_hidden",
                        option + " names the file " + root.getPath(),
                        "Spark passes over files whose names begin with _ or .",
                        "rename the file");
            }
            return List.of(new ListedFile(located(fileSystem, root), FolderColumns.NONE));
        }
        List<ListedFile> files = new ArrayList<>();
        List<ListedFile> level = List.of(new ListedFile(root, FolderColumns.NONE));
        Map<Path, Path> entered = new HashMap<>();
        entered.put(LocalFiles.real(fileSystem, root.getPath()), root.getPath());
        while (!level.isEmpty()) {
            List<ListedFile> folders = new ArrayList<>();
            for (ListedFile child : level.parallelStream()
                    .flatMap(folder -> children(fileSystem, folder))
                    .toList()) {
                TableFormat.refuse(child.status());
                if (child.status().isDirectory()) {
                    checkNew(fileSystem, child.status().getPath(), entered);
                    folders.add(child.entered());
                } else {
                    files.add(child);
                }
            }
            level = folders;
        }
        return files;
    }

    /**
     * Links may lead in circles, or to a folder that is part of the input anyway.
     *
     * @param entered the ways by which folders were come to, by what they are
     */
    private static void checkNew(FileSystem fileSystem, Path folder, Map<Path, Path> entered)
            throws IOException, RefusalException {
        Path before = entered.putIfAbsent(LocalFiles.real(fileSystem, folder), folder);
        if (before != null) {
            List<Path> ways = Stream.of(before, folder).sorted().toList();
            boolean inItself = before.isRoot() || folder.toString().startsWith(before + Path.SEPARATOR);
            throw RefusalException.input(
                    "input_link_loop",
                    "the folders " + ways.get(0) + " and " + ways.get(1) + " of the input are one, by a link",
                    "its rows would be read " + (inItself ? "again and again, without end" : "twice"),
                    "remove the link, or give the folders to read as a pattern");
        }
    }

    private static Stream<ListedFile> children(FileSystem fileSystem, ListedFile folder) {
        List<ListedFile> children = new ArrayList<>();
        try {
            Path path = folder.status().getPath();
            RemoteIterator<? extends FileStatus> found =
                    isLocal(path) ? fileSystem.listStatusIterator(path) : fileSystem.listLocatedStatus(path);
            while (found.hasNext()) {
                FileStatus child = found.next();
                if (!isPassedOver(child.getPath().getName()) || TableFormat.marks(child)) {
                    children.add(new ListedFile(child, folder.columns()));
                }
            }
            checkNoneIsLeftOut(folder.status().getPath(), children);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return children.stream();
    }

    /** Hadoop leaves out without a word what it cannot open on a local disk. */
    private static void checkNoneIsLeftOut(Path folder, List<ListedFile> found) throws IOException {
        String[] names = isLocal(folder) ? new File(folder.toUri().getPath()).list() : null;
        if (names == null) {
            return;
        }
        Set<String> left = new TreeSet<>(Arrays.asList(names));
        left.removeIf(InputListing::isPassedOver);
        found.forEach(child -> left.remove(child.status().getPath().getName()));
        if (!left.isEmpty()) {
            throw new IOException(
                    String.join(", ", left) + " in " + folder + " cannot be opened: a link that leads nowhere,"
                            + " or a name with characters that the locale lacks (their encoding is "
                            + System.getProperty("sun.jnu.encoding") + ")");
        }
    }

    // With the places of its blocks, to which tasks can be brought. On a local disk Hadoop would run ls for each.
    private static FileStatus located(FileSystem fileSystem, FileStatus file) throws IOException {
        return isLocal(file.getPath())
                ? file
                : new LocatedFileStatus(file, fileSystem.getFileBlockLocations(file, 0, file.getLen()));
    }

    private static boolean isLocal(Path path) {
        return "file".equals(path.toUri().getScheme());
    }

    /**
     * A file or folder that was found.
     *
     * @param columns what the names of the folders around it say
     */
    public record ListedFile(FileStatus status, FolderColumns columns) {
        private ListedFile entered() throws RefusalException {
            return new ListedFile(status, columns.with(status.getPath()));
        }
    }
}
