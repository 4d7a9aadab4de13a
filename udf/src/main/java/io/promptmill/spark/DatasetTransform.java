package io.promptmill.spark;

import io.promptmill.GenerationOptions;
import io.promptmill.compile.Precision;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.spark.executor.LiveCounts;
import io.promptmill.spark.executor.PartitionPredictor;
import io.promptmill.spark.executor.PredictionSettings;
import io.promptmill.spark.rows.AddedColumns;
import io.promptmill.spark.rows.InputRefusedException;
import io.promptmill.spark.rows.LoggedText;
import io.promptmill.spark.rows.PromptColumns;
import io.promptmill.spark.shipping.ModelKeys;
import io.promptmill.spark.shipping.ShippedModels;
import io.promptmill.spark.shipping.ShippedModels.ShippedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a Dataset is transformed as the Params of a generator say. Stateless. */
final class DatasetTransform {
    private static final Logger LOG = LoggerFactory.getLogger(DatasetTransform.class);

    private DatasetTransform() {}

    static StructType schema(TextGeneratorParams params, StructType input) {
        try {
            return params.addedColumns().schema(input);
        } catch (InputRefusedException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    static Dataset<Row> of(TextGeneratorParams params, Dataset<Row> dataset) {
        try {
            ShippedModel model = model(params, dataset.sparkSession());
            GenerationOptions own = params.generationOptions();
            own.endTokenWarning(model.vocabularySize()).ifPresent(LOG::warn);
            AddedColumns added = params.addedColumns();
            Dataset<Row> narrowed = added.narrow(dataset);
            PromptColumns columns = added.promptColumns(narrowed.schema());
            PartitionPredictor predictor = new PartitionPredictor(
                    model.broadcast(),
                    columns,
                    new PredictionSettings(
                            model.sourcesBelow(own),
                            params.engineSettings(),
                            params.requestedDevice(),
                            LoggedText.OMITTED),
                    LiveCounts.register(dataset.sparkSession().sparkContext()));
            return added.widen(columns.select(narrowed)
                    .mapPartitions(
                            (MapPartitionsFunction<Row, Row>) predictor::predict,
                            Encoders.row(columns.outputSchema())));
        } catch (InputRefusedException | InvalidCheckpointException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static ShippedModel model(TextGeneratorParams params, SparkSession session)
            throws InvalidCheckpointException, IOException {
        SparkContext context = session.sparkContext();
        Precision precision = params.requestedPrecision().resolve(params.requestedDevice(), context.conf());
        Optional<String> location = params.modelIfSet();
        Optional<String> base = params.baseModelIfSet();
        if (location.isPresent()) {
            return ShippedModels.ship(context, location.get(), base, precision);
        }
        Optional<String> configured = configured(session, ModelKeys.MODEL);
        if (configured.isPresent()) {
            return ShippedModels.ship(
                    context, configured.get(), base.or(() -> configured(session, ModelKeys.BASE_MODEL)), precision);
        }
        if (base.isPresent()) {
            throw new IllegalArgumentException(
                    "base_model is set without model: it is the base of the adapter that model"
                            + " names. Set model to the adapter's folder, or give the base as model.");
        }
        return ShippedModels.shipSample(context, precision);
    }

    private static Optional<String> configured(SparkSession session, String key) {
        return Optional.ofNullable(session.conf().get(key, null)).filter(location -> !location.isEmpty());
    }
}
