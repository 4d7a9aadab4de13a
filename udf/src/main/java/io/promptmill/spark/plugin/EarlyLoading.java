package io.promptmill.spark.plugin;

import io.promptmill.spark.executor.EarlyModel;
import io.promptmill.spark.executor.RequestedPrecision;
import io.promptmill.spark.plugin.ToDriver.LoadFailed;
import io.promptmill.spark.plugin.ToDriver.ModelWanted;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.resource.ResourceInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the driver for the model until it has it, and loads it, in a thread of its own. Started once. */
final class EarlyLoading {
    private static final long ASK_AGAIN_SECONDS = 1;
    private static final Logger LOG = LoggerFactory.getLogger(EarlyLoading.class);

    private final PluginContext context;
    private final Runnable loaded;
    private final Thread thread = new Thread(this::run, "promptmill-early-model");
    private volatile boolean stopped;

    /** Runs {@code loaded} when the model is there. */
    EarlyLoading(PluginContext context, Runnable loaded) {
        this.context = context;
        this.loaded = loaded;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Gives up; what is loading is loaded to its end. */
    void stop() {
        stopped = true;
    }

    void run() {
        try {
            byte[] answer = ask();
            if (answer.length > ModelForExecutors.NEVER.length) {
                EarlyModel.load(
                        ModelForExecutors.model(answer),
                        ModelSetting.of(context.conf()).device(),
                        gpus());
                loaded.run();
            }
        } catch (Throwable e) { // Spark ends an executor in which a thread dies of an exception
            tell(e);
        }
    }

    private byte[] ask() throws Exception {
        byte[] answer = (byte[]) context.ask(new ModelWanted());
        while (answer.length == ModelForExecutors.NOT_YET.length && !stopped) {
            TimeUnit.SECONDS.sleep(ASK_AGAIN_SECONDS);
            answer = (byte[]) context.ask(new ModelWanted());
        }
        return answer;
    }

    /** The addresses that tasks may be assigned; none where this session assigns none. */
    private List<String> gpus() {
        ResourceInformation gpu = context.resources().get("gpu");
        boolean assigned = context.conf().contains(RequestedPrecision.TASK_GPUS);
        return gpu == null || !assigned ? List.of() : List.of(gpu.addresses());
    }

    private void tell(Throwable failure) {
        LOG.debug("the model is not loaded", failure);
        if (stopped) {
            return;
        }
        try {
            context.send(new LoadFailed(context.executorID(), String.valueOf(failure.getMessage())));
        } catch (Exception e) {
            LOG.debug("the driver does not hear of it", e);
        }
    }
}
