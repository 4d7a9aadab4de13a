package io.promptmill.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;

import io.promptmill.GenerationOptions;
import io.promptmill.Problem;
import io.promptmill.checkpoint.InvalidCheckpointException;
import io.promptmill.compile.Precision;
import io.promptmill.spark.ShippedModels.ShippedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a {@link TextGenerator} does to a Dataset. */
final class TextGeneration {
    private static final Logger LOG = LoggerFactory.getLogger(TextGeneration.class);

    /** The whole input row, which passes through the prediction as one carried column. */
    private static final String INPUT = "input";

    private TextGeneration() {}

    static StructType outputSchema(TextGenerator generator, StructType input) {
        try {
            InputColumns.find(input, idColumn(generator), generator.getPromptCol());
            List<StructField> columns = new ArrayList<>(Arrays.asList(input.fields()));
            for (StructField added : added(generator)) {
                checkFree(added.name(), columns);
                columns.add(added);
            }
            return DataTypes.createStructType(columns);
        } catch (InputRefusedException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    static Dataset<Row> of(TextGenerator generator, Dataset<Row> dataset) {
        if (!generator.isSet(generator.model())) {
            throw new IllegalArgumentException(
                    "No model is set, and there is none by default: call setModel with a checkpoint folder.");
        }
        try {
            SparkContext context = dataset.sparkSession().sparkContext();
            Precision precision = generator.precisionWish().resolve(generator.deviceWish(), context.conf());
            ShippedModel model =
                    ShippedModels.ship(context, generator.getModel(), generator.baseModelIfSet(), precision);
            List<GenerationOptions> layers = new ArrayList<>(model.layers());
            GenerationOptions own = generator.generationLayer();
            own.endTokenWarning(model.vocabularySize()).ifPresent(LOG::warn);
            layers.add(0, own);
            Dataset<Row> narrow = narrow(generator, dataset);
            PromptColumns columns = PromptColumns.carryingOnly(INPUT, narrow.schema(), generator.tokenLogprobs());
            PartitionPredictor predictor = new PartitionPredictor(
                    model.broadcast(),
                    columns,
                    new PredictionSettings(
                            layers, generator.engineSettings(), generator.deviceWish(), LoggedText.OMITTED));
            return columns.select(narrow)
                    .mapPartitions(
                            (MapPartitionsFunction<Row, Row>) predictor::predict, Encoders.row(columns.outputSchema()))
                    .select(
                            col(INPUT + ".*"),
                            col(OutputColumns.SEQUENCES).as(generator.getOutputCol()),
                            col(OutputColumns.STATUS),
                            col(OutputColumns.ERROR));
        } catch (InputRefusedException | InvalidCheckpointException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** The columns with a meaning under their own names, and the whole row beside them. */
    private static Dataset<Row> narrow(TextGenerator generator, Dataset<Row> dataset) throws InputRefusedException {
        InputColumns columns = InputColumns.find(dataset.schema(), idColumn(generator), generator.getPromptCol());
        List<Column> selected = new ArrayList<>();
        if (columns.id() != null) {
            selected.add(PromptColumns.column(columns.id()).as(OutputColumns.ID));
        }
        selected.add(PromptColumns.column(columns.prompt())
                .as(columns.promptsAreTokenIds() ? InputColumns.PROMPT_TOKEN_IDS : OutputColumns.PROMPT));
        if (columns.samplingParams() != null) {
            selected.add(PromptColumns.column(columns.samplingParams()).as(InputColumns.SAMPLING_PARAMS));
        }
        selected.add(struct(col("*")).as(INPUT));
        return dataset.select(selected.toArray(Column[]::new));
    }

    private static String idColumn(TextGenerator generator) {
        return generator.isSet(generator.idCol()) ? generator.getIdCol() : null;
    }

    private static List<StructField> added(TextGenerator generator) {
        return List.of(
                DataTypes.createStructField(
                        generator.getOutputCol(),
                        OutputColumns.sequences(generator.tokenLogprobs()).dataType(),
                        false),
                DataTypes.createStructField(OutputColumns.STATUS, DataTypes.StringType, false),
                DataTypes.createStructField(OutputColumns.ERROR, DataTypes.StringType, true));
    }

    private static void checkFree(String name, List<StructField> columns) throws InputRefusedException {
        if (columns.stream().anyMatch(column -> column.name().equalsIgnoreCase(name))) {
            throw new InputRefusedException(new Problem(
                    "column_clash",
                    "a column " + name + " cannot be added",
                    "there is one of that name already and case makes no difference",
                    "rename or drop it, or set another outputCol where that is the clash"));
        }
    }
}
