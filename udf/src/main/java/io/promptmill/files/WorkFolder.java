package io.promptmill.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A folder for temporary files of this process; whoever made it closes it. A file in it is locked as long as the process
 * lives. Where that lock is free the process was killed, and the next one that makes a folder beside it deletes what is
 * left. Thread-safe.
 */
public final class WorkFolder implements AutoCloseable {
    /** The file that is locked. */
    static final String MARK = ".promptmill-in-use";

    /** To open a mark of this process once more, and to close it, would free its lock. */
    private static final Map<Path, FileChannel> HELD = new ConcurrentHashMap<>();

    private final Path path;

    private WorkFolder(Path path) {
        this.path = path;
    }

    /**
     * Makes one where Java has its temporary files, and deletes what killed processes of this user have left there.
     *
     * @throws IOException when there is no room for it
     */
    public static WorkFolder create() throws IOException {
        return createIn(Path.of(System.getProperty("java.io.tmpdir")));
    }

    static WorkFolder createIn(Path parent) throws IOException {
        WorkFolder folder = new WorkFolder(Files.createTempDirectory(parent, "promptmill-"));
        hold(folder.path);
        return folder;
    }

    /**
     * Marks a folder that somebody else has made for this process and deletes when it ends, as Spark does, so that it is
     * cleared where the process is killed; clears those beside it. Does nothing where a file cannot be locked.
     */
    public static void hold(Path folder) {
        try {
            Path real = folder.toRealPath();
            clearBeside(real);
            // Nobody looks for a mark by this name, so that none is seen that is not locked yet.
            Path unseen = real.resolve(MARK + ".new");
            FileChannel channel = FileChannel.open(unseen, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            HELD.put(real, channel);
            channel.lock();
            Files.move(unseen, real.resolve(MARK), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // A folder without a mark stays until somebody deletes it.
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Deletes it with all that is in it. */
    @Override
    public void close() {
        try {
            FileChannel channel = HELD.remove(path.toRealPath());
            delete(path);
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // What is in use elsewhere stays.
        }
    }

    private static void clearBeside(Path folder) throws IOException {
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(folder.getParent())) {
            for (Path sibling : siblings) {
                if (!HELD.containsKey(sibling) && isMarkedByTheSameUser(sibling, folder)) {
                    deleteIfLeft(sibling);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    // What others have put there may be a trap.
    private static boolean isMarkedByTheSameUser(Path folder, Path own) throws IOException {
        return Files.isRegularFile(folder.resolve(MARK), LinkOption.NOFOLLOW_LINKS)
                && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(own));
    }

    private static void deleteIfLeft(Path folder) {
        try (FileChannel channel = FileChannel.open(folder.resolve(MARK), StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                delete(folder);
            }
        } catch (IOException | OverlappingFileLockException e) {
            // Another process is deleting it, or is another application in this one.
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
