package io.promptmill.spark.plugin;

import io.promptmill.UriKeys;
import io.promptmill.compile.Precision;
import io.promptmill.spark.shipping.ModelBroadcast;
import io.promptmill.spark.shipping.ModelKeys;
import io.promptmill.spark.shipping.ShippedModels;
import java.nio.ByteBuffer;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag$;

/**
 * The driver's part of the model that executors load when they start: compiled and broadcast in the background, and
 * handed to every executor that asks. Thread-safe.
 */
final class ModelForExecutors {
    private static final Logger LOG = LoggerFactory.getLogger(ModelForExecutors.class);

    /** Not compiled yet: ask again. */
    static final byte[] NOT_YET = {};

    /** There will be none, which the driver has told. */
    static final byte[] NEVER = {0};

    private final SparkContext spark;
    private final SparkConf conf;
    private volatile byte[] answer = NOT_YET;
    private boolean failureTold; // guarded by this

    /** The model that these settings name. */
    ModelForExecutors(SparkContext spark, SparkConf conf) {
        this.spark = spark;
        this.conf = conf;
    }

    /** Begins to compile, once the context can broadcast. */
    void begin() {
        Thread thread = new Thread(this::ship, "promptmill-model");
        thread.setDaemon(true);
        thread.start();
    }

    /** {@link #NOT_YET}, {@link #NEVER}, or the model as {@link #model} reads it. */
    byte[] answer() {
        return answer;
    }

    /** The model in an answer; read on an executor, by a thread that knows the classes of the application. */
    static ModelBroadcast model(byte[] answer) {
        return SparkEnv.get()
                .closureSerializer()
                .newInstance()
                .deserialize(
                        ByteBuffer.wrap(answer),
                        Thread.currentThread().getContextClassLoader(),
                        ClassTag$.MODULE$.apply(ModelBroadcast.class));
    }

    /** Tells that executors have it only when a task needs it; for the first of them. */
    synchronized void tellFailure(String where, String why) {
        if (!failureTold) {
            failureTold = true;
            LOG.warn(
                    "{} cannot be loaded before it is needed{}: {}. The application goes on, and jobs load the models that"
                            + " they name; correct the setting, or leave it out.",
                    ModelKeys.MODEL,
                    where,
                    UriKeys.hide(why));
        }
    }

    void ship() {
        try {
            ModelSetting setting = ModelSetting.of(conf);
            Precision precision = setting.precision().resolve(setting.device(), conf);
            ModelBroadcast model = ShippedModels.ship(spark, setting.location(), setting.base(), precision)
                    .broadcast();
            answer = bytes(model);
        } catch (Throwable e) { // nothing that is done ahead of time may end a driver
            answer = NEVER;
            if (!spark.isStopped()) {
                LOG.debug("{}", ModelKeys.MODEL, e);
                tellFailure("", String.valueOf(e.getMessage()));
            }
        }
    }

    private byte[] bytes(ModelBroadcast model) {
        ByteBuffer buffer = spark.env()
                .closureSerializer()
                .newInstance()
                .serialize(model, ClassTag$.MODULE$.apply(ModelBroadcast.class));
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
