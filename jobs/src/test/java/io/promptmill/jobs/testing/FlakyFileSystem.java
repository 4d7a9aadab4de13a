package io.promptmill.jobs.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.FutureDataInputStreamBuilder;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.impl.OpenFileParameters;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * Local files under the scheme {@code flaky}, with the rename of HDFS and the faults of a bad day. Faults are set for the
 * whole JVM, so that they reach tasks, too.
 */
public class FlakyFileSystem extends FilterFileSystem {
    /** What goes wrong. */
    public enum Fault {
        NONE,
        /** A rename is done, and its answer is an exception. */
        RENAME_DONE_THEN_FAILS,
        /** A rename is done, and its answer is no. */
        RENAME_DONE_THEN_DENIED,
        /** A rename is not done, and its answer is an exception. */
        RENAME_FAILS,
        /** A write stops half way. */
        WRITE_FAILS,
        /** A file cannot be created. */
        CREATE_FAILS,
        /** A file that is there cannot be read. */
        OPEN_FAILS
    }

    private final String scheme;

    private static volatile Fault fault = Fault.NONE;
    private static volatile int period = 1;
    private static final AtomicInteger TURN = new AtomicInteger();

    public FlakyFileSystem() {
        this("flaky");
    }

    /** For a file system with faults of its own. */
    protected FlakyFileSystem(String scheme) {
        super(new RawLocalFileSystem());
        this.scheme = scheme;
    }

    /** From now on every n-th operation of the fault's kind goes wrong. */
    public static void every(int n, Fault kind) {
        fault = kind;
        period = n;
        TURN.set(0);
    }

    public static Configuration register(Configuration hadoop) {
        hadoop.set("fs.flaky.impl", FlakyFileSystem.class.getName());
        return hadoop;
    }

    @Override
    public void initialize(URI name, Configuration conf) throws IOException {
        super.initialize(URI.create("file:///"), conf);
    }

    /** By this file system's own names, which the one below it does not know. */
    @Override
    public FutureDataInputStreamBuilder openFile(Path file) throws IOException {
        return createDataInputStreamBuilder(this, file);
    }

    @Override
    protected CompletableFuture<FSDataInputStream> openFileWithOptions(Path file, OpenFileParameters parameters)
            throws IOException {
        return CompletableFuture.completedFuture(open(file, parameters.getBufferSize()));
    }

    @Override
    public String getScheme() {
        return scheme;
    }

    @Override
    public URI getUri() {
        return URI.create(scheme + ":///");
    }

    @Override
    public Path makeQualified(Path path) {
        return path.makeQualified(getUri(), getWorkingDirectory());
    }

    @Override
    protected void checkPath(Path path) {
        // Both its own paths and those of the files below are known.
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
        return own(super.getFileStatus(local(path)));
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
        FileStatus[] found = super.listStatus(local(path));
        for (int i = 0; i < found.length; i++) {
            found[i] = own(found[i]);
        }
        return found;
    }

    @Override
    public RemoteIterator<LocatedFileStatus> listLocatedStatus(Path path) throws IOException {
        Iterator<FileStatus> found = List.of(listStatus(path)).iterator();
        return new RemoteIterator<>() {
            @Override
            public boolean hasNext() {
                return found.hasNext();
            }

            @Override
            public LocatedFileStatus next() throws IOException {
                FileStatus status = found.next();
                return new LocatedFileStatus(status, getFileBlockLocations(status, 0, status.getLen()));
            }
        };
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
        if (strikes(Fault.OPEN_FAILS)) {
            throw new IOException("the data nodes of " + path.getName() + " are away");
        }
        return super.open(local(path), bufferSize);
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) throws IOException {
        return super.mkdirs(local(path), permission);
    }

    @Override
    public boolean mkdirs(Path path) throws IOException {
        return fs.mkdirs(local(path));
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
        return super.delete(local(path), recursive);
    }

    @Override
    public FSDataOutputStream create(
            Path path,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        if (strikes(Fault.CREATE_FAILS)) {
            throw new IOException("no space left for " + path);
        }
        FSDataOutputStream out =
                super.create(local(path), permission, overwrite, bufferSize, replication, blockSize, progress);
        return strikes(Fault.WRITE_FAILS) ? new FSDataOutputStream(new Full(out), null) : out;
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        if (strikes(Fault.RENAME_FAILS)) {
            throw new IOException("the name node is away");
        }
        boolean done = renameToFreeName(local(from), local(to));
        if (strikes(Fault.RENAME_DONE_THEN_FAILS)) {
            throw new IOException("no answer from the name node");
        }
        return done && !strikes(Fault.RENAME_DONE_THEN_DENIED);
    }

    // As HDFS and unlike local disks: one step for all writers, and nothing is replaced.
    private boolean renameToFreeName(Path from, Path to) throws IOException {
        synchronized (FlakyFileSystem.class) {
            return !exists(to) && super.rename(from, to);
        }
    }

    private static boolean strikes(Fault kind) {
        return fault == kind && TURN.incrementAndGet() % period == 0;
    }

    private static Path local(Path path) {
        return new Path("file", null, path.toUri().getPath());
    }

    private FileStatus own(FileStatus status) {
        return new FileStatus(
                status.getLen(),
                status.isDirectory(),
                status.getReplication(),
                status.getBlockSize(),
                status.getModificationTime(),
                makeQualified(new Path(status.getPath().toUri().getPath())));
    }

    /** Takes what fits and then nothing more. */
    private static final class Full extends OutputStream {
        private static final int ROOM = 20;
        private final OutputStream out;
        private int written;

        Full(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int value) throws IOException {
            if (written++ == ROOM) {
                throw new IOException("No space left on device");
            }
            out.write(value);
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
