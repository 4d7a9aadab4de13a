package io.promptmill.jobs.prompts;

import io.promptmill.OptionWord;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.input.ColumnInFiles;
import io.promptmill.jobs.input.InputFile;
import io.promptmill.jobs.input.InputListing;
import io.promptmill.jobs.input.ParquetTable;
import io.promptmill.jobs.source.FileNames;
import io.promptmill.jobs.source.FileReport;
import io.promptmill.jobs.source.SourceFile;
import io.promptmill.jobs.source.SourceFormat;
import io.promptmill.jobs.source.SourceListing;
import io.promptmill.jobs.source.SourceSettings;
import io.promptmill.jobs.source.TextTable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Prompts in files: those of Parquet with the types that they have, all others as texts. Footers have been read, and files
 * that are not Parquet from end to end.
 */
final class PromptFiles implements PromptSource {
    private static final String OPTION = "--input";
    private static final String FORMAT_OPTION = "--input-format";

    private final InputSettings settings;
    private final Configuration hadoop;
    private final SourceListing listing;
    private final Optional<ParquetTable> parquet;
    private final Optional<TextTable> texts;

    private PromptFiles(
            InputSettings settings,
            Configuration hadoop,
            SourceListing listing,
            Optional<ParquetTable> parquet,
            Optional<TextTable> texts) {
        this.settings = settings;
        this.hadoop = hadoop;
        this.listing = listing;
        this.parquet = parquet;
        this.texts = texts;
    }

    /** Lists and opens the files; refuses what cannot be read, by name. */
    static PromptFiles open(SparkSession spark, InputSettings settings) throws RefusalException {
        SourceSettings source = new SourceSettings(
                OPTION,
                Optional.of(FORMAT_OPTION),
                settings.origin().inputs(),
                settings.origin().format(),
                Optional.of(SourceFormat.PARQUET), // its writers often give names without an end
                List.of(),
                settings.promptColumn());
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        SourceListing listing = SourceListing.of(source, hadoop);
        if (settings.makesIds()) {
            refuseEqualNames(listing);
        }
        InputListing parquet = listing.parquet();
        return new PromptFiles(
                settings,
                hadoop,
                listing,
                parquet.files().isEmpty() ? Optional.empty() : Optional.of(ParquetTable.open(spark, parquet)),
                listing.texts().isEmpty() ? Optional.empty() : Optional.of(TextTable.open(spark, listing, source)));
    }

    private static void refuseEqualNames(SourceListing listing) throws RefusalException {
        for (SourceFile file : listing.files()) {
            if (file.name().equals(file.path().toString())) { // there was no shorter one
                throw RefusalException.input(
                        "file_name_repeated",
                        file.path() + " is called as another file is below its own " + OPTION,
                        "with --id-column auto their rows would have the same ids",
                        "rename one of the files, or give a folder around both as " + OPTION);
            }
        }
    }

    @Override
    public String option() {
        return OPTION;
    }

    @Override
    public String place() {
        return paths().stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    @Override
    public List<Path> paths() {
        return listing.paths();
    }

    @Override
    public Dataset<Row> rows() throws RefusalException {
        RowsOfFiles rows = new RowsOfFiles(settings, listing.names());
        if (texts.isEmpty()) {
            return rows.of(parquet.orElseThrow());
        }
        Dataset<Row> ofTexts = rows.of(texts.get());
        return parquet.isEmpty() ? ofTexts : RowsOfFiles.together(rows.of(parquet.get()), ofTexts);
    }

    @Override
    public void checkInEachFile(String name) throws RefusalException {
        ColumnInFiles column = new ColumnInFiles(name, List.of(), List.of());
        if (parquet.isPresent()) {
            column = column.and(parquet.get().column(name));
        }
        if (texts.isPresent()) {
            column = column.and(texts.get().column(name));
        }
        column.refuseWhereSomeLackIt();
    }

    @Override
    public long check() throws RefusalException {
        long rows = 0;
        if (parquet.isPresent()) {
            rows += parquet.get().checkPages();
        }
        if (texts.isPresent()) {
            rows += texts.get().files().stream().mapToLong(FileReport::rows).sum();
        }
        return rows;
    }

    @Override
    public List<InputFile> files() {
        return byPath(
                parquet.map(ParquetTable::files).orElse(List.of()),
                texts.map(table -> table.files().stream()
                                .map(report -> ofText(
                                        report,
                                        report.file().bytes(),
                                        report.file().modified()))
                                .toList())
                        .orElse(List.of()));
    }

    @Override
    public void checkUnchanged(List<InputFile> before) throws IOException {
        List<InputFile> textsNow = new ArrayList<>();
        if (texts.isPresent()) {
            for (FileReport report : texts.get().files()) {
                Path path = report.file().path();
                FileStatus now = path.getFileSystem(hadoop).getFileStatus(path);
                textsNow.add(ofText(report, now.getLen(), now.getModificationTime()));
            }
        }
        Map<String, InputFile> now = byPath(parquet.map(ParquetTable::filesNow).orElse(List.of()), textsNow).stream()
                .collect(Collectors.toMap(InputFile::path, Function.identity()));
        for (InputFile file : before) {
            InputFile same = now.get(file.path());
            if (!file.equals(same)) {
                throw new IOException(file.path() + " was changed during the run: it had " + file.state()
                        + " and has now " + (same == null ? "none" : same.state()) + ". Run again with --overwrite.");
            }
        }
    }

    @Override
    public String query(String condition) {
        boolean readBySpark = texts.isEmpty() && paths().size() == 1 && !settings.makesIds();
        return readBySpark
                ? "select * from parquet.`" + place() + "` where " + condition
                : "the rows of " + place() + " for which " + condition;
    }

    private List<InputFile> byPath(List<InputFile> ofParquet, List<InputFile> ofTexts) {
        FileNames names = listing.names();
        return Stream.concat(
                        ofParquet.stream().map(file -> settings.makesIds() ? file.called(names.of(file.path())) : file),
                        ofTexts.stream())
                .sorted(Comparator.comparing(InputFile::path))
                .toList();
    }

    /** The name belongs to it whatever the ids are: those of rows that cannot be read are made of it. */
    private static InputFile ofText(FileReport report, long bytes, long modified) {
        SourceFile file = report.file();
        return new InputFile(
                file.path().toString(),
                bytes,
                Instant.ofEpochMilli(modified).toString(),
                InputFile.NO_FOOTER,
                OptionWord.of(file.format()),
                report.sha256(),
                file.name());
    }
}
