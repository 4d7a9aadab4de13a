package io.promptmill.jobs.generate;

import io.promptmill.jobs.prompts.InputTable;
import io.promptmill.spark.executor.LiveCounts;
import io.promptmill.spark.executor.PartitionPredictor;
import io.promptmill.spark.executor.PredictionSettings;
import io.promptmill.spark.shipping.ModelBroadcast;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;

/**
 * A run without an output folder: the rows of a few prompts come back to the driver. They are those that a folder would have
 * got.
 *
 * @param spark computes them; the caller stops it
 * @param input the prompts
 * @param settings how they are continued
 */
record PrintedRun(JavaSparkContext spark, InputTable input, PredictionSettings settings) {

    /** Computes all rows, with the output's schema, in the order of the prompts. */
    List<Row> rows(ModelBroadcast model) {
        PartitionPredictor predictor =
                new PartitionPredictor(model, input.columns(), settings, LiveCounts.register(spark.sc()));
        return input.columns()
                .select(input.rows())
                .javaRDD()
                .mapPartitions(prompts -> predictor.predict(prompts))
                .collect();
    }
}
