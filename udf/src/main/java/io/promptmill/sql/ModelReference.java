package io.promptmill.sql;

import io.promptmill.OptionWord;
import io.promptmill.UriKeys;
import io.promptmill.compile.Precision;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.pretrained.SampleModel;
import io.promptmill.spark.executor.LiveCounts;
import io.promptmill.spark.executor.PartitionPredictor;
import io.promptmill.spark.executor.PredictionSettings;
import io.promptmill.spark.executor.RequestedDevice;
import io.promptmill.spark.executor.RequestedPrecision;
import io.promptmill.spark.rows.LoggedText;
import io.promptmill.spark.rows.PromptColumns;
import io.promptmill.spark.shipping.ModelKeys;
import io.promptmill.spark.shipping.ShippedModels;
import io.promptmill.spark.shipping.ShippedModels.ShippedModel;
import java.io.IOException;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.RuntimeConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model that a query names. It is opened, compiled and broadcast when a plan with it is first executed, not when it is
 * explained or stored in a view; all executions of that plan, such as a stream's batches, have the model as it was then.
 * Equal where the names are. Thread-safe.
 */
final class ModelReference {
    private static final Logger LOG = LoggerFactory.getLogger(ModelReference.class);

    private final Names names;
    private ShippedModel shipped; // guarded by this

    private ModelReference(Names names) {
        this.names = names;
    }

    /** @param model empty for the sample model */
    private record Names(
            Optional<String> model, Optional<String> base, RequestedPrecision precision, RequestedDevice device) {}

    /**
     * What a call says, and where it is silent, the session; the sample model where neither names one.
     *
     * @throws IllegalArgumentException when a base is named without a model, or a session's setting is no such thing
     */
    static ModelReference of(CallSettings settings, RuntimeConfig session) {
        Optional<String> own = settings.model();
        Optional<String> model = own.or(() -> setting(session, ModelKeys.MODEL));
        // The session's base is that of the session's model.
        Optional<String> base = settings.baseModel()
                .or(() -> own.isPresent() ? Optional.empty() : setting(session, ModelKeys.BASE_MODEL));
        if (base.isPresent() && model.isEmpty()) {
            throw new IllegalArgumentException(
                    "base_model is the base of an adapter, but no adapter is named: give it as" + " model, or SET "
                            + ModelKeys.MODEL);
        }
        return new ModelReference(new Names(
                model,
                base,
                settings.precision()
                        .or(() -> setting(session, ModelKeys.PRECISION)
                                .map(word -> OptionWord.require(RequestedPrecision.class, ModelKeys.PRECISION, word)))
                        .orElse(RequestedPrecision.AUTO),
                settings.device()
                        .or(() -> setting(session, ModelKeys.DEVICE)
                                .map(word -> OptionWord.require(RequestedDevice.class, ModelKeys.DEVICE, word)))
                        .orElse(RequestedDevice.AUTO)));
    }

    private static Optional<String> setting(RuntimeConfig session, String key) {
        return Optional.ofNullable(session.get(key, null)).filter(value -> !value.isBlank());
    }

    /**
     * What computes partitions by this model.
     *
     * @throws IllegalArgumentException when the model cannot be read or used, or not with these settings
     */
    PartitionPredictor predictor(SparkContext context, CallSettings settings, PromptColumns columns) {
        ShippedModel model = shipped(context);
        settings.options().endTokenWarning(model.vocabularySize()).ifPresent(LOG::warn);
        return new PartitionPredictor(
                model.broadcast(),
                columns,
                new PredictionSettings(
                        model.sourcesBelow(settings.options()), settings.engine(), names.device(), LoggedText.OMITTED),
                LiveCounts.register(context));
    }

    private synchronized ShippedModel shipped(SparkContext context) {
        if (shipped == null) {
            Precision precision = names.precision().resolve(names.device(), context.conf());
            try {
                shipped = names.model().isPresent()
                        ? ShippedModels.ship(context, names.model().get(), names.base(), precision)
                        : ShippedModels.shipSample(context, precision);
            } catch (InvalidCheckpointException | IOException e) { // a client in Python makes one line of this one
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
        return shipped;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModelReference that && names.equals(that.names);
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }

    /** The name, with that of a base, and how it is computed where somebody says so, as a plan shows it. */
    @Override
    public String toString() {
        return UriKeys.hide(names.model().orElse(SampleModel.NAME)
                        + names.base().map(base -> " over " + base).orElse(""))
                + (names.precision() == RequestedPrecision.AUTO ? "" : " in " + OptionWord.of(names.precision()))
                + (names.device() == RequestedDevice.AUTO ? "" : " on " + OptionWord.of(names.device()));
    }
}
