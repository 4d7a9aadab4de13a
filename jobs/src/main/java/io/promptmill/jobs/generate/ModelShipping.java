package io.promptmill.jobs.generate;

import io.promptmill.compile.Precision;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.model.JobModel;
import io.promptmill.jobs.progress.Phases;
import io.promptmill.spark.shipping.ModelBroadcast;
import java.io.IOException;
import java.util.Locale;
import org.apache.spark.SparkContext;

/** Brings a run's model on its way to the executors, and tells what that is at. */
record ModelShipping(SparkContext spark, Phases phases) {

    /** Refuses a checkpoint whose files have changed since it was opened or digested. */
    ModelBroadcast ship(JobModel model, Precision precision) throws RefusalException, IOException {
        phases.begin("compiling the model in " + precision);
        return model.ship(
                spark,
                precision,
                compiled -> phases.begin(
                        String.format(Locale.ROOT, "shipping the model, %,.1f MB", compiled.bytes() / 1e6)));
    }
}
