package io.promptmill.spark.shipping;

import io.promptmill.GenerationOptions;
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
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models this driver has broadcast, so that a checkpoint travels once for a Spark context. They stay: a Dataset may
 * be computed again as long as its context lives. Thread-safe.
 */
public final class ShippedModels {
    private static final Logger LOG = LoggerFactory.getLogger(ShippedModels.class);
    private static final Map<SparkContext, Map<String, ModelBroadcast>> SHIPPED =
            new WeakHashMap<>(); // guarded by class

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

    private static synchronized ShippedModel ship(
            SparkContext context, String name, ModelSource source, Precision precision)
            throws IOException, InvalidCheckpointException {
        try (PretrainedModel model = PretrainedModel.open(source)) {
            Map<String, ModelBroadcast> shipped = SHIPPED.computeIfAbsent(context, absent -> new HashMap<>());
            String key = model.checkpoint().digest() + " " + precision;
            ModelBroadcast broadcast = shipped.get(key);
            if (broadcast == null) {
                model.warnings().forEach(LOG::warn);
                model.tokenizer()
                        .refusal()
                        .ifPresent(refusal -> LOG.warn(
                                "the tokenizer of {} cannot be used, so that there is no text: {}", name, refusal));
                broadcast = ModelBroadcast.of(
                        JavaSparkContext.fromSparkContext(context), model.compile(precision), model.tokenizer());
                shipped.put(key, broadcast);
            }
            return new ShippedModel(
                    broadcast,
                    model.checkpoint().generationDefaults(),
                    model.checkpoint().shape().vocabulary());
        }
    }
}
