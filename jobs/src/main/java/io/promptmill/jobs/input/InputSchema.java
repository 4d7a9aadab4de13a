package io.promptmill.jobs.input;

import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.input.InputListing.ListedFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that the files of an input have together, by name, in which case makes no difference: a file without one has
 * nulls in it, and where types differ it is of the one that holds the values of each. Immutable.
 *
 * @param columns of the input, each of which may be null
 * @param ofFiles the columns of each file, in the order of the files
 */
record InputSchema(StructType columns, List<StructType> ofFiles) {

    InputSchema {
        ofFiles = List.copyOf(ofFiles);
    }

    /** The schema of files that have been found readable. */
    static InputSchema of(List<InputFooter> footers, SQLConf conf) throws RefusalException {
        ParquetToSparkSchemaConverter converter = new ParquetToSparkSchemaConverter(conf);
        Map<String, StructType> known = new HashMap<>();
        Map<String, Column> merged = new LinkedHashMap<>();
        List<StructType> ofFiles = new ArrayList<>();
        for (InputFooter footer : footers) {
            StructType columns = known.get(footer.schema());
            if (columns == null) {
                columns = FileSchema.of(footer, converter);
                known.put(footer.schema(), columns);
                merge(merged, columns, footer.file().path());
            }
            ofFiles.add(columns);
        }
        return new InputSchema(
                DataTypes.createStructType(
                        merged.values().stream().map(Column::typed).toList()),
                ofFiles);
    }

    /**
     * The types by which to read a file: the common ones of the columns that it does not have, and its own of the others,
     * without those that hold nothing but nulls.
     */
    StructType reading(StructType own) {
        List<StructField> fields = new ArrayList<>();
        for (StructField column : columns.fields()) {
            Optional<StructField> found = CommonType.find(own, column.name());
            if (found.isEmpty()) {
                fields.add(column);
            } else if (!found.get().dataType().equals(DataTypes.NullType)) {
                fields.add(CommonType.withType(
                        column,
                        CommonType.reading(column.dataType(), found.get().dataType())));
            }
        }
        return DataTypes.createStructType(fields);
    }

    /** Which of the files have a column, in whose name case makes no difference, be it by the name of a folder. */
    ColumnInFiles column(String name, InputListing listing) {
        List<String> with = new ArrayList<>();
        List<String> without = new ArrayList<>();
        for (int i = 0; i < ofFiles.size(); i++) {
            ListedFile file = listing.files().get(i);
            boolean has = CommonType.find(ofFiles.get(i), name).isPresent()
                    || file.columns().has(name);
            (has ? with : without).add(file.status().getPath().toString());
        }
        return new ColumnInFiles(name, with, without);
    }

    private static void merge(Map<String, Column> merged, StructType columns, String file) throws RefusalException {
        Map<String, String> names = new HashMap<>();
        for (StructField field : columns.fields()) {
            String key = field.name().toLowerCase(Locale.ROOT);
            String second = names.put(key, field.name());
            if (second != null) {
                throw RefusalException.input(
                        "column_clash",
                        file + " has both a column " + second + " and a column " + field.name(),
                        "case makes no difference in the name of a column",
                        "rename one of them or drop it");
            }
            Column before = merged.get(key);
            merged.put(key, before == null ? Column.of(field, file) : before.with(field, file));
        }
    }

    /**
     * A column so far.
     *
     * @param field with the common type
     * @param file the first with this type
     */
    private record Column(StructField field, String file) {
        static Column of(StructField field, String file) {
            return new Column(CommonType.withType(field, field.dataType().asNullable()), file);
        }

        Column with(StructField other, String otherFile) throws RefusalException {
            Optional<DataType> common = CommonType.of(field.dataType(), other.dataType());
            if (common.isEmpty()) {
                throw RefusalException.input(
                        "column_types_differ",
                        "the column " + field.name() + " is of type " + described(field) + " in " + file
                                + " and of type " + described(other) + " in " + otherFile,
                        "no type holds the values of both exactly",
                        "write one of the files with the type of the other, or run them apart");
            }
            return common.get().equals(field.dataType())
                    ? this
                    : new Column(CommonType.withType(field, common.get()), otherFile);
        }

        /** As text where no file says otherwise: settings and prompts may be that. */
        StructField typed() {
            DataType type = field.dataType();
            return CommonType.withType(
                    field, type.equals(DataTypes.NullType) ? DataTypes.StringType : CommonType.typed(type));
        }

        private static String described(StructField field) {
            return field.dataType().catalogString();
        }
    }
}
