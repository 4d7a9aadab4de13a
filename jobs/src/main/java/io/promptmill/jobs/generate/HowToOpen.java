package io.promptmill.jobs.generate;

import io.promptmill.jobs.store.Json;
import org.apache.hadoop.fs.Path;

/** The closing line that shows how to look at the rows, ready to be pasted. Stateless. */
final class HowToOpen {
    private static final String CHUNKS = "/*.parquet";

    private HowToOpen() {}

    /**
     * In Python for a folder of this machine, in Spark for one that only Hadoop's file systems reach.
     *
     * @param hasCard beside the chunks, which Spark would take for one more of them
     */
    static String line(Path folder, boolean hasCard) {
        if (!"file".equals(folder.toUri().getScheme())) {
            return "to look at them in Spark: spark.read.parquet(" + Json.writeCompact(folder + (hasCard ? CHUNKS : ""))
                    + ")";
        }
        String path = folder.toUri().getPath();
        String chunks = Json.writeCompact(path + CHUNKS);
        return "to look at them in Python: polars.read_parquet(" + chunks + ") or datasets.load_dataset("
                + (hasCard ? Json.writeCompact(path) : "\"parquet\", data_files=" + chunks) + ")";
    }
}
