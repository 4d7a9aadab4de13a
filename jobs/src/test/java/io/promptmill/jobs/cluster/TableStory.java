package io.promptmill.jobs.cluster;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * A driver that runs statements of SQL and then, if it is given one, a command of the jar: its words after {@code --}. It ends with
 * the command's exit code. It is among the jars of the tests' Spark.
 */
public final class TableStory {
    static final String COMMAND = "--";

    private TableStory() {}

    /** Runs them in their order. */
    public static void main(String[] args) throws Exception {
        List<String> all = Arrays.asList(args);
        int statements = all.contains(COMMAND) ? all.indexOf(COMMAND) : all.size();
        SparkSession spark = SparkSession.builder().getOrCreate();
        all.subList(0, statements).forEach(statement -> spark.sql(statement).show());
        if (statements < all.size()) {
            String[] command = all.subList(statements + 1, all.size()).toArray(String[]::new);
            // Of the jar, which this class's own loader does not know.
            Object code = Class.forName(
                            "io.promptmill.jobs.Promptmill",
                            true,
                            Thread.currentThread().getContextClassLoader())
                    .getMethod("run", String[].class, PrintStream.class, PrintStream.class)
                    .invoke(null, command, System.out, System.err);
            System.exit((int) code.getClass().getMethod("number").invoke(code));
        }
    }
}
