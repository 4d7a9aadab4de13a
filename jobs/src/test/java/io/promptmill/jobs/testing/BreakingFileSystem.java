package io.promptmill.jobs.testing;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * Local files under {@code breaking:} with the rename of HDFS. At one point in the life of one file it fails once, as if the
 * process had ended there. Points are set for the whole JVM, so that they reach tasks, too.
 */
public final class BreakingFileSystem extends FlakyFileSystem {
    public static final String SCHEME = "breaking";

    private static final AtomicReference<Point> POINT = new AtomicReference<>();

    /** What is done where it breaks. */
    private static volatile Runnable before = () -> {};

    /** What is being done with a file. */
    public enum Event {
        /** It is begun under a temporary name. */
        CREATED,
        /** It is about to get its name. */
        NAMED,
        /** It has its name. */
        THERE,
        /** It is about to be removed. */
        DELETED
    }

    /**
     * Where it breaks.
     *
     * @param file end of the file's path
     */
    public record Point(Event event, String file) {}

    public BreakingFileSystem() {
        super(SCHEME);
    }

    public static Configuration registerTo(Configuration hadoop) {
        hadoop.set("fs." + SCHEME + ".impl", BreakingFileSystem.class.getName());
        return hadoop;
    }

    /** It breaks there, once. */
    public static void at(Point point) {
        at(point, () -> {});
    }

    /** It breaks there, once; before that something else happens. */
    public static void at(Point point, Runnable event) {
        before = event;
        POINT.set(point);
    }

    /** Whether it broke since it was told to. */
    public static boolean hasBroken() {
        return POINT.get() == null;
    }

    @Override
    public FSDataOutputStream create(
            Path file,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        breakAt(Event.CREATED, file.getName().replaceFirst("\\.[^.]*$", ""));
        return super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        breakAt(Event.NAMED, to.toString());
        boolean done = super.rename(from, to);
        breakAt(Event.THERE, to.toString());
        return done;
    }

    @Override
    public boolean delete(Path file, boolean recursive) throws IOException {
        breakAt(Event.DELETED, file.toString());
        return super.delete(file, recursive);
    }

    // No IOException, of which a store would try to make the best.
    private static void breakAt(Event event, String file) {
        Point point = POINT.get();
        if (point != null && point.event == event && file.endsWith(point.file) && POINT.compareAndSet(point, null)) {
            before.run();
            throw new IllegalStateException("the process has ended, says the test, at " + point);
        }
    }
}
