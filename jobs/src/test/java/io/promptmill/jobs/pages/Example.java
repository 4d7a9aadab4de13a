package io.promptmill.jobs.pages;

import org.apache.spark.sql.SparkSession;

/** An example of a page, compiled. */
@FunctionalInterface
public interface Example {
    /**
     * Runs it.
     *
     * @param spark what examples call by that name, as {@code spark-shell} does
     */
    void run(SparkSession spark) throws Exception;
}
