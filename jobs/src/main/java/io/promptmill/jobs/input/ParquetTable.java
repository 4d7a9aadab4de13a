package io.promptmill.jobs.input;

import io.promptmill.Amount;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.input.InputListing.ListedFile;
import io.promptmill.jobs.parquet.PageCheck;
import io.promptmill.jobs.parquet.StrictParquet;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.internal.SQLConf;

/**
 * Parquet files as one table, whatever its columns are for. Its footers have been read; its rows are read lazily, and all of
 * them or the job fails.
 */
public final class ParquetTable {
    /** The column of the file that a row of {@link #placedRows} comes from: its path as a URI. */
    public static final String FILE = "promptmill file";

    /** The column of the row's number in that file, from 0. */
    public static final String ROW = "promptmill row";

    /** What helps against a damaged file. */
    private static final String DAMAGE_REMEDY = "write the damaged file anew or leave it out";

    private final SparkSession reading;
    private final InputListing listing;
    private final List<InputFooter> footers;
    private final InputSchema schema;

    private ParquetTable(SparkSession reading, InputListing listing, List<InputFooter> footers, InputSchema schema) {
        this.reading = reading;
        this.listing = listing;
        this.footers = footers;
        this.schema = schema;
    }

    /** Reads the footers of these files and merges their schemas; refuses what cannot be read, by name. */
    public static ParquetTable open(SparkSession spark, InputListing listing) throws RefusalException {
        List<InputFooter> footers = InputFooters.readable(context(spark), listing);
        SparkSession reading = StrictParquet.session(spark);
        reading.conf().set(SQLConf.CASE_SENSITIVE().key(), "false");
        return new ParquetTable(
                reading,
                listing,
                footers,
                InputSchema.of(footers, reading.sessionState().conf()));
    }

    /** The rows; none is read yet. */
    public Dataset<Row> rows() throws RefusalException {
        return InputRows.of(reading, listing, schema, footers);
    }

    /**
     * The rows with two columns more, {@link #FILE} and {@link #ROW}, which tell where each comes from,
     * whatever the partitions; none is read yet.
     */
    public Dataset<Row> placedRows() throws RefusalException {
        return InputRows.placed(reading, listing, schema, footers);
    }

    /** The state of the files when their footers were read, in the order of the list. */
    public List<InputFile> files() {
        return footers.stream().map(InputFooter::file).toList();
    }

    /** Which of the files have a column, in whose name case makes no difference. */
    public ColumnInFiles column(String name) {
        return schema.column(name, listing);
    }

    /** The state of the files now; one that cannot be read any more has another than before. */
    public List<InputFile> filesNow() {
        return InputFooters.read(context(reading), listing).stream()
                .map(InputFooter::file)
                .toList();
    }

    /** The number of rows, after every page has been read by a Spark job; refuses damaged files, by name. */
    public long checkPages() throws RefusalException {
        JavaSparkContext spark = context(reading);
        PageCheck.Found found = PageCheck.of(
                spark,
                listing.configuration(spark.hadoopConfiguration()),
                listing.files().stream()
                        .map(ListedFile::status)
                        .flatMap(file -> PageCheck.shares(file.getPath(), file.getLen()).stream())
                        .toList());
        if (!found.damaged().isEmpty()) {
            String file = found.damaged().firstKey();
            int others = found.damaged().size() - 1;
            throw RefusalException.input(
                    "input_unreadable",
                    file + " is damaged" + (others == 0 ? "" : " (and " + Amount.of(others, "other file") + ")"),
                    found.damaged().get(file),
                    DAMAGE_REMEDY);
        }
        return found.rows();
    }

    private static JavaSparkContext context(SparkSession spark) {
        return JavaSparkContext.fromSparkContext(spark.sparkContext());
    }
}
