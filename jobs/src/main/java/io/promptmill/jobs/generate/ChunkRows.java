package io.promptmill.jobs.generate;

import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.output.CommittedChunks;
import io.promptmill.jobs.output.OutputFolder;
import io.promptmill.jobs.parquet.StrictParquet;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;

/** The rows of chunks that are committed. Stateless. */
final class ChunkRows {
    private ChunkRows() {}

    /** Those of the chunk files with these names; refuses damaged ones. */
    static Dataset<Row> of(SparkSession session, OutputFolder folder, Set<String> names) throws RefusalException {
        CommittedChunks.refuseDamaged(JavaSparkContext.fromSparkContext(session.sparkContext()), folder.files(), names);
        return StrictParquet.reader(session)
                .option(DataSource.GLOB_PATHS_KEY(), false) // the folder's name may look like a pattern
                .parquet(names.stream()
                        .map(name -> folder.files().path(name).toString())
                        .toArray(String[]::new));
    }
}
