package io.promptmill.jobs.cluster;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/**
 * Spark's local files, where one thing happens once when a file of a given name is created, closed or deleted: a SIGKILL
 * for this JVM or for the driver, or the thread is held until another attempt has finished its chunk. It is among Spark's
 * jars in the tests, and knows nothing of the product but names of files.
 */
public final class KillingFileSystem extends LocalFileSystem {
    static final String POINT = "promptmill.kill.point";
    static final String FOLDER = "promptmill.kill.folder";

    /** In the folder: the process id of the driver, and a file that is there once it has happened. */
    static final String DRIVER = "driver";

    static final String DONE = "done";
    /** In the folder: the process id of the executor whose Worker was told that it leaves, and a file of the one that is killed. */
    static final String LEAVING = "leaving";

    static final String LOST = "lost";
    /** In the folder: the name of the chunk that another attempt has finished while one was held. */
    static final String OVERTAKEN = "overtaken";

    public KillingFileSystem() {
        super(new Raw());
    }

    /** What happens to a file. */
    enum Event {
        CREATED,
        CLOSED,
        DELETED
    }

    /** What is done then. */
    enum Action {
        KILL_DRIVER,
        KILL_EXECUTOR,
        HOLD,
        /**
         * Two nodes leave. The Worker of the first such JVM is told so by a signal; the second such JVM is held until that one
         * has ended by itself, and is then killed with its Worker.
         */
        LEAVE
    }

    /**
     * When what is done.
     *
     * @param file regular expression for the file's name
     * @param nth which one of such events in one JVM, from 1
     * @param delayMillis how long after the event; the thread goes on meanwhile, unless it is 0
     */
    record Point(Event event, String file, int nth, Action action, int delayMillis) {
        String text() {
            return event + " " + file + " " + nth + " " + action + " " + delayMillis;
        }

        static Point parse(String text) {
            String[] parts = text.split(" ", -1);
            return new Point(
                    Event.valueOf(parts[0]),
                    parts[1],
                    Integer.parseInt(parts[2]),
                    Action.valueOf(parts[3]),
                    Integer.parseInt(parts[4]));
        }
    }

    private static final class Raw extends RawLocalFileSystem {
        private static final AtomicInteger EVENTS = new AtomicInteger();

        private Point point;
        private Path folder;

        @Override
        public void initialize(URI name, Configuration conf) throws IOException {
            super.initialize(name, conf);
            point = Point.parse(conf.get(POINT));
            folder = Path.of(conf.get(FOLDER));
        }

        @Override
        public FSDataOutputStream create(
                org.apache.hadoop.fs.Path file,
                boolean overwrite,
                int bufferSize,
                short replication,
                long blockSize,
                Progressable progress)
                throws IOException {
            FSDataOutputStream out = super.create(file, overwrite, bufferSize, replication, blockSize, progress);
            happened(Event.CREATED, file);
            return new FSDataOutputStream(out, null) {
                private boolean closed;

                @Override
                public void close() throws IOException {
                    super.close();
                    if (!closed) {
                        closed = true;
                        happened(Event.CLOSED, file);
                    }
                }
            };
        }

        @Override
        public boolean delete(org.apache.hadoop.fs.Path file, boolean recursive) throws IOException {
            happened(Event.DELETED, file);
            return super.delete(file, recursive);
        }

        private void happened(Event event, org.apache.hadoop.fs.Path file) throws IOException {
            if (event != point.event
                    || !Pattern.matches(point.file, file.getName())
                    || EVENTS.incrementAndGet() != point.nth) {
                return;
            }
            if (!isFirst(DONE)) {
                if (point.action == Action.LEAVE && isFirst(LOST)) {
                    loseNode();
                }
                return;
            }
            File published =
                    new File(pathToFile(file).getParentFile().getParentFile().getParentFile(), stem(file));
            Runnable action =
                    switch (point.action) {
                        case KILL_DRIVER -> () -> kill(driver());
                        case KILL_EXECUTOR -> () -> kill(ProcessHandle.current().pid());
                        case HOLD -> () -> hold(published.toPath());
                        case LEAVE -> this::leave;
                    };
            if (point.delayMillis == 0) {
                action.run();
            } else {
                Thread thread = new Thread(() -> {
                    pause(point.delayMillis);
                    action.run();
                });
                thread.setDaemon(true);
                thread.start();
            }
        }

        private boolean isFirst(String file) throws IOException {
            try {
                Files.createFile(folder.resolve(file));
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            }
        }

        private void leave() {
            try {
                Path written = Files.writeString(
                        folder.resolve(LEAVING + ".tmp"),
                        Long.toString(ProcessHandle.current().pid()));
                Files.move(written, folder.resolve(LEAVING));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            signal("PWR", worker());
        }

        private void loseNode() throws IOException {
            while (!Files.exists(folder.resolve(LEAVING))) {
                pause(1);
            }
            long leaving = Long.parseLong(Files.readString(folder.resolve(LEAVING)));
            while (ProcessHandle.of(leaving).isPresent()) {
                pause(1);
            }
            signal("KILL", worker(), ProcessHandle.current().pid());
            while (true) {
                pause(1000);
            }
        }

        /** An executor's JVM is started by its Worker. */
        private static long worker() {
            return ProcessHandle.current().parent().orElseThrow().pid();
        }

        /** {@code chunk-00003-of-00008.parquet} of {@code chunk-00003-of-00008.parquet.ATTEMPT}. */
        private static String stem(org.apache.hadoop.fs.Path temporary) {
            return temporary.getName().replaceFirst("\\.[^.]*$", "");
        }

        private long driver() {
            try {
                return Long.parseLong(Files.readString(folder.resolve(DRIVER)));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        // A process cannot send itself a signal in Java. Its own thread goes no further than here.
        private static void kill(long process) {
            signal("KILL", process);
            while (process == ProcessHandle.current().pid()) {
                pause(1000);
            }
        }

        private static void signal(String name, long... processes) {
            List<String> command = new ArrayList<>(List.of("kill", "-" + name));
            LongStream.of(processes).mapToObj(Long::toString).forEach(command::add);
            try {
                new ProcessBuilder(command).start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void hold(Path published) {
            boolean interrupted = false;
            while (!Files.exists(published)) {
                interrupted |= pause(1);
            }
            try {
                Files.writeString(
                        folder.resolve(OVERTAKEN), published.getFileName().toString());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        /** Whether it was interrupted. */
        private static boolean pause(int millis) {
            try {
                Thread.sleep(millis);
                return false;
            } catch (InterruptedException e) {
                return true;
            }
        }
    }
}
