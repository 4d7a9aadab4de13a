package io.promptmill.jobs.store;

import io.promptmill.jobs.failure.Failures;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A pending file that lies under a temporary name in the store itself. */
final class RenamedFile implements PendingFile {
    private final FileSystem fileSystem;
    private final Path temporary;
    private final Path target;
    private final Move move;
    private final OutputStream stream;

    /** Moves a finished file to its name unless that is taken. */
    interface Move {
        /** Whether it was moved; false where the name is taken. */
        boolean apply(Path temporary, Path target) throws IOException;
    }

    RenamedFile(FileSystem fileSystem, Path temporary, Path target, Move move) throws IOException {
        this.fileSystem = fileSystem;
        this.temporary = temporary;
        this.target = target;
        this.move = move;
        this.stream = new TellingStream(fileSystem.create(temporary, false), temporary);
    }

    @Override
    public OutputStream stream() {
        return stream;
    }

    @Override
    public boolean publish() throws IOException {
        stream.close();
        fileSystem.mkdirs(target.getParent());
        return move.apply(temporary, target);
    }

    @Override
    public void close() throws IOException {
        try {
            stream.close();
        } finally {
            fileSystem.delete(temporary, false);
        }
    }

    /** Hadoop tells of a local disk that is full by an {@link Error}, for which nobody is prepared. */
    private static final class TellingStream extends FilterOutputStream {
        private final Path file;

        TellingStream(OutputStream out, Path file) {
            super(out);
            this.file = file;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            tell(() -> out.write(bytes, from, length));
        }

        @Override
        public void write(int value) throws IOException {
            tell(() -> out.write(value));
        }

        @Override
        public void flush() throws IOException {
            tell(out::flush);
        }

        @Override
        public void close() throws IOException {
            tell(out::close);
        }

        private interface Step {
            void run() throws IOException;
        }

        private void tell(Step step) throws IOException {
            try {
                step.run();
            } catch (FSError e) {
                throw new IOException("Cannot write " + file + ": " + Failures.rootMessage(e));
            }
        }
    }
}
