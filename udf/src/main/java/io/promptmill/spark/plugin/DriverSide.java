package io.promptmill.spark.plugin;

import io.promptmill.spark.plugin.ToDriver.LoadFailed;
import io.promptmill.spark.plugin.ToDriver.Report;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;

/** The driver's side: one for each Spark context, which makes it, calls it and ends it. */
public final class DriverSide implements DriverPlugin {
    private ExecutorGauges gauges;
    private ModelForExecutors model;

    @Override
    public Map<String, String> init(SparkContext spark, PluginContext context) {
        model = new ModelForExecutors(spark, context.conf());
        gauges = new ExecutorGauges(context.metricRegistry());
        spark.addSparkListener(gauges);
        return Map.of();
    }

    /** The context has all its parts now, so that it can broadcast. */
    @Override
    public void registerMetrics(String applicationId, PluginContext context) {
        if (ModelSetting.isIn(context.conf())) {
            model.begin();
        }
    }

    @Override
    public Object receive(Object message) {
        if (message instanceof Report report) {
            gauges.show(report.executor(), report.figures());
            return null;
        }
        if (message instanceof LoadFailed failed) {
            model.tellFailure(" by executor " + failed.executor(), failed.why());
            return null;
        }
        return model.answer();
    }
}
