package io.promptmill.jobs.session;

import io.promptmill.jobs.failure.ExitCode;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.spark.SparkConf;

/**
 * How a driver ends in YARN's cluster mode, where its main method is run by Spark's ApplicationMaster: it returns or throws. A
 * process that exits counts as failed there, even with 0, and YARN would show nothing of the reason. Thread-safe.
 */
public final class YarnDriver {
    private final LastLine err;

    /** A driver that prints its progress and failures there. */
    public YarnDriver(OutputStream err) {
        this.err = new LastLine(err);
    }

    /** Whether this process is such a driver. */
    public static boolean isHere() {
        return isHere(new SparkConf());
    }

    /** The ApplicationMaster itself sets both before it calls the main method. */
    static boolean isHere(SparkConf conf) {
        return conf.get("spark.master", "").equals("yarn")
                && conf.get("spark.submit.deployMode", "").equals("cluster");
    }

    /** What the command is to print to. */
    public PrintStream err() {
        return err;
    }

    /**
     * Ends the main method.
     *
     * @throws DriverFailedException with what YARN is to show, unless all is done
     */
    public void end(ExitCode code) {
        switch (code) {
            case DONE -> {}
            case DONE_WITH_FAILED_ROWS -> throw new DriverFailedException(
                    code, "done, but some rows failed, the driver's log counts them");
            default -> throw new DriverFailedException(code, err.last);
        }
    }

    /** Keeps the last line that begins with the program's name, as those do that tell why it ends. */
    private static final class LastLine extends PrintStream {
        private static final String NAME = "promptmill: ";

        private volatile String last = "the driver's log tells why";

        LastLine(OutputStream out) {
            super(out, true, StandardCharsets.UTF_8);
        }

        @Override
        public void print(String line) { // println calls it
            super.print(line);
            if (line != null && line.startsWith(NAME)) {
                last = line.substring(NAME.length());
            }
        }
    }
}
