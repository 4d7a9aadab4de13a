package io.promptmill.jobs.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this code, as Maven stamped it. */
public final class Version {
    private static final String NUMBER = read();

    private Version() {}

    /** For example {@code 1.2.0}. */
    public static String number() {
        return NUMBER;
    }

    /** The line of {@code --version}. */
    public static String line() {
        return "promptmill " + NUMBER + " (Java " + Runtime.version() + ", Spark "
                + org.apache.spark.package$.MODULE$.SPARK_VERSION() + ")";
    }

    private static String read() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }
}
