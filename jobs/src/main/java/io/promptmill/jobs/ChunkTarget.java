package io.promptmill.jobs;

import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Where the chunks of a run go; travels with the task.
 *
 * @param folder the output folder with its file system
 * @param plan names the files
 * @param schema the rows' schema
 * @param footer entries for every file's footer
 * @param hadoop the driver's Hadoop settings
 */
record ChunkTarget(
        String folder, ChunkPlan plan, StructType schema, Map<String, String> footer, SerializableConfiguration hadoop)
        implements Serializable {

    /** Opens the writer of a chunk; {@code distinction} makes this attempt's temporary file unique. */
    ChunkWriter open(int chunk, String distinction) throws IOException {
        Configuration configuration = hadoop.value();
        return new ChunkWriter(
                new OutputFiles(folder, configuration),
                plan.fileName(chunk),
                distinction,
                schema,
                footer,
                configuration);
    }
}
