package io.promptmill.spark;

import io.promptmill.GenerationOptions;
import io.promptmill.compile.Precision;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.spark.executor.PartitionPredictor;
import io.promptmill.spark.executor.PredictionSettings;
import io.promptmill.spark.rows.AddedColumns;
import io.promptmill.spark.rows.InputRefusedException;
import io.promptmill.spark.rows.LoggedText;
import io.promptmill.spark.rows.PromptColumns;
import io.promptmill.spark.shipping.ShippedModels;
import io.promptmill.spark.shipping.ShippedModels.ShippedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
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
        if (!params.isSet(params.model())) {
            throw new IllegalArgumentException(
                    "No model is set, and there is none by default: call setModel with a checkpoint folder or the name of a model"
                            + " on the Hugging Face hub.");
        }
        try {
            SparkContext context = dataset.sparkSession().sparkContext();
            Precision precision = params.requestedPrecision().resolve(params.requestedDevice(), context.conf());
            ShippedModel model = ShippedModels.ship(context, params.getModel(), params.baseModelIfSet(), precision);
            List<GenerationOptions> sources = new ArrayList<>(model.sources());
            GenerationOptions own = params.generationOptions();
            own.endTokenWarning(model.vocabularySize()).ifPresent(LOG::warn);
            sources.add(0, own);
            AddedColumns added = params.addedColumns();
            Dataset<Row> narrowed = added.narrow(dataset);
            PromptColumns columns = added.promptColumns(narrowed.schema());
            PartitionPredictor predictor = new PartitionPredictor(
                    model.broadcast(),
                    columns,
                    new PredictionSettings(
                            sources, params.engineSettings(), params.requestedDevice(), LoggedText.OMITTED));
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
}
