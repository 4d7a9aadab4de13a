package io.promptmill.spark.shipping;

import io.promptmill.GenerationOptions;
import io.promptmill.compile.CompiledModel;
import io.promptmill.compile.Precision;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.pretrained.ModelSource;
import io.promptmill.pretrained.PretrainedModel;
import io.promptmill.pretrained.SampleModel;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models this driver has broadcast, so that a checkpoint is compiled and travels once for a Spark context, whether
 * the plugin, a job, a Dataset or a query asks for it, and by whatever name. They stay: a Dataset may be computed again as
 * long as its context lives. Thread-safe.
 */
public final class ShippedModels {
    private static final Logger LOG = LoggerFactory.getLogger(ShippedModels.class);
    private static final Map<SparkContext, Map<String, Shipment>> SHIPPED = new WeakHashMap<>(); // guarded by class

    private ShippedModels() {}

    /**
     * A model under way.
     *
     * @param sources the checkpoint's own generation settings, highest precedence first
     * @param vocabularySize the model's token ids are below this
     */
    public record ShippedModel(ModelBroadcast broadcast, List<GenerationOptions> sources, int vocabularySize) {
        /** The checkpoint's settings below those of whoever uses it. */
        public List<GenerationOptions> sourcesBelow(GenerationOptions own) {
            return Stream.concat(Stream.of(own), sources.stream()).toList();
        }
    }

    /**
     * Compiles and broadcasts the checkpoint at a location, unless that was done before for the same precision.
     *
     * @param base the location of an adapter's base; empty where none is named
     * @throws InvalidCheckpointException when it cannot be used
     * @throws IOException when it cannot be read
     */
    public static ShippedModel ship(SparkContext context, String location, Optional<String> base, Precision precision)
            throws IOException, InvalidCheckpointException {
        return ship(context, location, new RemoteCheckpoint(location, base, context.hadoopConfiguration()), precision);
    }

    /** As {@link #ship(SparkContext, String, Optional, Precision)}, of the sample model. */
    public static ShippedModel shipSample(SparkContext context, Precision precision)
            throws IOException, InvalidCheckpointException {
        return ship(context, SampleModel.NAME, SampleModel::bring, precision);
    }

    private static ShippedModel ship(SparkContext context, String name, ModelSource source, Precision precision)
            throws IOException, InvalidCheckpointException {
        try (PretrainedModel model = PretrainedModel.open(source)) {
            ModelBroadcast broadcast = ship(context, model, precision, compiled -> {
                model.warnings().forEach(LOG::warn);
                model.tokenizer()
                        .refusal()
                        .ifPresent(refusal -> LOG.warn(
                                "the tokenizer of {} cannot be used, so that there is no text: {}", name, refusal));
            });
            return new ShippedModel(
                    broadcast,
                    model.checkpoint().generationDefaults(),
                    model.checkpoint().shape().vocabulary());
        }
    }

    /**
     * As {@link #ship(SparkContext, String, Optional, Precision)}, of a model that is open. Where the same files are just
     * being compiled for that precision, this waits for them.
     *
     * @param compiled told of the archive before it is broadcast; not called where it was broadcast before
     * @throws InvalidCheckpointException when its files are not what they were when it was opened
     * @throws IOException when they cannot be read
     */
    public static ModelBroadcast ship(
            SparkContext context, PretrainedModel model, Precision precision, Consumer<CompiledModel> compiled)
            throws IOException, InvalidCheckpointException {
        String key = model.checkpoint().digest() + " " + precision;
        return shipment(context, key).of(context, model, precision, compiled);
    }

    private static synchronized Shipment shipment(SparkContext context, String key) {
        SHIPPED.keySet().removeIf(SparkContext::isStopped);
        return SHIPPED.computeIfAbsent(context, absent -> new HashMap<>())
                .computeIfAbsent(key, absent -> new Shipment());
    }

    /** One model for one precision: whoever comes first broadcasts it, others wait for that alone. */
    private static final class Shipment {
        private ModelBroadcast broadcast; // guarded by this

        synchronized ModelBroadcast of(
                SparkContext context, PretrainedModel model, Precision precision, Consumer<CompiledModel> compiled)
                throws IOException, InvalidCheckpointException {
            if (broadcast == null) {
                CompiledModel archive = model.compile(precision);
                compiled.accept(archive);
                broadcast = ModelBroadcast.of(JavaSparkContext.fromSparkContext(context), archive, model.tokenizer());
            }
            return broadcast;
        }
    }
}
