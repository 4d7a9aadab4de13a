package io.promptmill.spark.plugin;

import io.promptmill.spark.executor.ExecutorFigures;
import io.promptmill.spark.plugin.ToDriver.Report;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An executor's side: loads the model in the background, and sends the executor's figures where they have changed, every
 * few seconds and when a task ends. One for each executor, whose threads call it.
 */
public final class ExecutorSide implements ExecutorPlugin {
    private static final long PERIOD_SECONDS = 5;
    private static final Logger LOG = LoggerFactory.getLogger(ExecutorSide.class);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "promptmill-figures");
        thread.setDaemon(true);
        return thread;
    });
    private PluginContext context;
    private EarlyLoading loading;
    private ExecutorFigures sent; // guarded by this

    @Override
    public void init(PluginContext pluginContext, Map<String, String> extraConf) {
        context = pluginContext;
        ExecutorFigures.watch();
        loading = new EarlyLoading(context, this::send);
        if (ModelSetting.isIn(context.conf())) {
            loading.start();
        }
        var unused = timer.scheduleAtFixedRate(this::send, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void onTaskSucceeded() {
        send();
    }

    @Override
    public void onTaskFailed(TaskFailedReason reason) {
        send();
    }

    @Override
    public void shutdown() {
        timer.shutdownNow();
        loading.stop();
    }

    // Whatever goes wrong with figures is no reason for a task to fail, nor for the timer to end.
    private synchronized void send() {
        try {
            ExecutorFigures now = ExecutorFigures.here();
            if (!now.equals(sent)) {
                context.send(new Report(context.executorID(), now));
                sent = now;
            }
        } catch (Exception e) {
            LOG.debug("figures are not sent", e);
        }
    }
}
