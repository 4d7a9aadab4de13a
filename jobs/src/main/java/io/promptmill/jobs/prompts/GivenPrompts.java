package io.promptmill.jobs.prompts;

import io.promptmill.jobs.input.InputFile;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Prompts that are given as texts; ids tell which of them a row is: {@code prompt-0} and so on. Immutable. */
final class GivenPrompts implements PromptSource {
    private final SparkSession spark;
    private final InputSettings settings;

    GivenPrompts(SparkSession spark, InputSettings settings) {
        this.spark = spark;
        this.settings = settings;
    }

    @Override
    public String option() {
        return "--prompt";
    }

    @Override
    public String place() {
        return settings.origin().place();
    }

    @Override
    public List<Path> paths() {
        return List.of();
    }

    @Override
    public Dataset<Row> rows() {
        List<String> texts = settings.origin().texts();
        StructType schema = new StructType()
                .add(settings.idName(), DataTypes.StringType)
                .add(settings.promptColumn(), DataTypes.StringType);
        return spark.createDataFrame(
                IntStream.range(0, texts.size())
                        .mapToObj(i -> RowFactory.create("prompt-" + i, texts.get(i)))
                        .toList(),
                schema);
    }

    @Override
    public void checkInEachFile(String column) {
        // There is none.
    }

    @Override
    public long check() {
        return settings.origin().texts().size();
    }

    @Override
    public List<InputFile> files() {
        return List.of();
    }

    @Override
    public void checkUnchanged(List<InputFile> before) {
        // A command line does not change.
    }

    @Override
    public String query(String condition) {
        return "the prompts of the command line for which " + condition;
    }
}
