package io.promptmill.jobs.compare;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode_outer;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import io.promptmill.Amount;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.output.ChunkPlan;
import io.promptmill.jobs.output.StoredOutput;
import io.promptmill.jobs.output.StoredOutput.Generation;
import io.promptmill.jobs.parquet.PageCheck;
import io.promptmill.jobs.parquet.StrictParquet;
import io.promptmill.spark.rows.PromptColumns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * One of two outputs, as a row for each sequence and for each prompt without any, whatever its layout. Immutable.
 *
 * @param output the folder
 * @param rows its rows
 * @param id the id, as a text
 * @param index the column of the index
 * @param columns all others, by the name that they have in exploded rows
 */
record Side(StoredOutput output, Dataset<Row> rows, Column id, Column index, Map<String, Field> columns) {
    /** In a row, as names in joined rows. */
    static final String ID = "id";

    static final String INDEX = "index";

    /** Of rows without a sequence. */
    static final int NO_INDEX = -1;

    private static final String DAMAGE_REMEDY =
            "restore what is damaged, or remove it and compute it anew with --resume";
    private static final int SEQUENCES = 2;
    private static final String SEQUENCE = "promptmill_sequence";

    /** A column of a side. */
    record Field(Column column, DataType type) {}

    /** Opens a folder; {@code session} is strict. Refuses one that is no output, or is damaged. */
    static Side open(String folder, SparkSession session) throws RefusalException {
        Configuration hadoop = session.sparkContext().hadoopConfiguration();
        StoredOutput output = StoredOutput.open(folder, hadoop);
        refuseIncomplete(output);
        refuseDamaged(output, session);
        StructType schema = (StructType) DataType.fromJson(output.plan().outputSchema());
        List<String> paths = output.chunkFiles().stream()
                .map(name -> output.files().path(name).toString())
                .toList();
        Dataset<Row> rows = paths.isEmpty()
                ? session.createDataFrame(List.of(), schema)
                : session.read()
                        .options(StrictParquet.OPTIONS)
                        .option(DataSource.GLOB_PATHS_KEY(), false) // the folder's name may look like a pattern
                        .schema(schema)
                        .parquet(paths.toArray(String[]::new));
        return of(output, rows);
    }

    private static void refuseIncomplete(StoredOutput output) throws RefusalException {
        Set<String> lost = new TreeSet<>();
        output.generations().forEach(generation -> lost.addAll(generation.lostFiles()));
        if (!lost.isEmpty()) {
            throw RefusalException.output(
                    "output_damaged",
                    output.files().folder() + " lacks " + Amount.of(lost.size(), "file") + " of its manifest",
                    lost.iterator().next() + " is not there",
                    DAMAGE_REMEDY);
        }
    }

    private static void refuseDamaged(StoredOutput output, SparkSession session) throws RefusalException {
        List<PageCheck.Share> shares = output.chunkFiles().stream()
                .map(name -> PageCheck.Share.whole(output.files().path(name)))
                .toList();
        NavigableMap<String, String> damaged = PageCheck.of(
                        JavaSparkContext.fromSparkContext(session.sparkContext()),
                        session.sparkContext().hadoopConfiguration(),
                        shares)
                .damaged();
        if (!damaged.isEmpty()) {
            Map.Entry<String, String> first = damaged.firstEntry();
            throw RefusalException.output(
                    "output_damaged",
                    output.files().folder() + " holds " + Amount.of(damaged.size(), "damaged file"),
                    new Path(first.getKey()).getName() + ": " + first.getValue(),
                    DAMAGE_REMEDY);
        }
    }

    static Side of(StoredOutput output, Dataset<Row> rows) {
        StructField[] fields = rows.schema().fields();
        String prefix = output.plan().settings().getOrDefault("output-prefix", "") + "";
        String indexName = prefix + "index";
        Map<String, Field> columns = new LinkedHashMap<>();
        Dataset<Row> exploded = rows;
        Column index = col(PromptColumns.quoted(indexName));
        List<StructField> sequence = sequence(fields[SEQUENCES].dataType());
        if (!sequence.isEmpty()) {
            exploded = rows.withColumn(SEQUENCE, explode_outer(col(PromptColumns.quoted(fields[SEQUENCES].name()))));
            index = col(SEQUENCE).getField(sequence.get(0).name());
        }
        for (int i = 1; i < fields.length; i++) {
            StructField field = fields[i];
            if (i == SEQUENCES && !sequence.isEmpty()) {
                sequence.subList(1, sequence.size())
                        .forEach(part -> columns.put(
                                prefix + part.name(), new Field(col(SEQUENCE).getField(part.name()), part.dataType())));
            } else if (!field.name().equals(indexName) || i != SEQUENCES) {
                columns.put(
                        columns.containsKey(field.name()) ? "carried " + field.name() : field.name(),
                        new Field(col(PromptColumns.quoted(field.name())), field.dataType()));
            }
        }
        return new Side(output, exploded, col(PromptColumns.quoted(fields[0].name())), index, columns);
    }

    /** The fields of a sequence in the grouped layout; none in the other. */
    private static List<StructField> sequence(DataType type) {
        return type instanceof ArrayType array && array.elementType() instanceof StructType fields
                ? List.of(fields.fields())
                : List.of();
    }

    /** Id and index, which tell rows apart, and the values of these columns in a struct of that name. */
    Dataset<Row> keyed(List<String> names, String values) {
        List<Column> chosen = new ArrayList<>(List.of(lit(true).as("there")));
        for (int i = 0; i < names.size(); i++) {
            chosen.add(columns.get(names.get(i)).column().as("c" + i));
        }
        return rows.select(
                id.cast(DataTypes.StringType).as(ID),
                coalesce(index, lit(NO_INDEX)).as(INDEX),
                struct(chosen.toArray(Column[]::new)).as(values));
    }

    /** What is not computed yet. */
    Unfinished unfinished() {
        Generation latest = output.generations().get(output.generations().size() - 1);
        return new Unfinished(new ChunkPlan(latest.plan().chunks()), new TreeSet<>(latest.missingChunks()));
    }
}
