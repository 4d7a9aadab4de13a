package io.promptmill.jobs.prepare;

import io.promptmill.OptionWord;
import io.promptmill.jobs.command.Version;
import io.promptmill.jobs.counts.CountsTable;
import io.promptmill.jobs.counts.UserCounts;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.failure.RunFailedException;
import io.promptmill.jobs.prepare.PreparedData.RawData;
import io.promptmill.jobs.prepare.PreparedData.RawFile;
import io.promptmill.jobs.prepare.PreparedData.Texts;
import io.promptmill.jobs.source.FileReport;
import io.promptmill.jobs.source.Source;
import io.promptmill.jobs.tracking.Lineage;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * One run of {@code prepare}, in this order: what can be refused of options, files and folder; every post gets its reason,
 * users are counted and checked; then the texts are written, the counts, and the record of it all last.
 */
final class PrepareJob {
    private static final StructType TEXTS = new StructType()
            .add(PartTask.POSITION, DataTypes.LongType)
            .add(TrainingOrder.PASS, DataTypes.IntegerType)
            .add(PostColumns.USER, DataTypes.StringType)
            .add(PostColumns.ID, DataTypes.StringType)
            .add(PostColumns.TEXT, DataTypes.StringType);

    /** Held-out posts have the same order whatever the seed, so that losses on them can be compared. */
    private static final long HELD_OUT_SEED = 0;

    private static final String NOTHING_WRITTEN = "nothing was written";
    private static final String NO_DATA_WRITTEN = "no data was written";

    private final SparkSession session;
    private final JavaSparkContext spark;
    private final Configuration hadoop;
    private final PrepareSettings settings;
    private final BooleanSupplier interrupted;
    private final PrintStream out;
    private final PrintStream err;

    /** A run on a session that the caller stops; the summary goes to {@code out}, the rest to {@code err}; asked after a failure
     * whether it was interrupted. */
    PrepareJob(
            SparkSession session,
            PrepareSettings settings,
            BooleanSupplier interrupted,
            PrintStream out,
            PrintStream err) {
        this.session = session;
        this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        this.hadoop = spark.hadoopConfiguration();
        this.settings = settings;
        this.interrupted = interrupted;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs to the end.
     *
     * @throws RunFailedException when a run that was not refused could not be finished
     */
    ExitCode run() throws RefusalException, IOException {
        try {
            OptOutList optedOut = settings.optOut().isPresent()
                    ? OptOutList.read(settings.optOut().get(), hadoop)
                    : OptOutList.NOBODY;
            Source source = Source.open(session, settings.source());
            try (DataFolder folder = DataFolder.open(settings, source.inputs(), hadoop)) {
                run(source, folder, optedOut);
            }
            return ExitCode.DONE;
        } catch (RefusalException e) {
            throw e;
        } catch (Throwable e) { // Spark throws checked ones undeclared, and libraries throw errors
            Failures.throwIfFatal(e);
            String left = e instanceof RunFailedException failed ? failed.left() : NOTHING_WRITTEN;
            if (interrupted.getAsBoolean()) {
                err.println("promptmill: interrupted: " + left + ", the same command begins anew");
                return ExitCode.INTERRUPTED;
            }
            throw e instanceof RunFailedException failed ? failed : new RunFailedException(left, e);
        }
    }

    private void run(Source source, DataFolder folder, OptOutList optedOut) throws RefusalException, IOException {
        Source.Contents contents = source.check();
        Dataset<Row> posts = Posts.of(source, settings.rules(optedOut)).persist(StorageLevel.DISK_ONLY());
        try {
            Tally tally = posts.javaRDD()
                    .mapPartitions(part -> List.of(Tally.of(part)).iterator())
                    .treeReduce(Tally::plus);
            if (tally.rows() != contents.rows()) {
                throw new IOException("The input gives " + tally.rows() + " rows and had " + contents.rows()
                        + " a moment ago, a file was changed. Run again.");
            }
            Users users = Users.of(tally, settings, optedOut);
            folder.begin(spark.sc()::cancelAllJobs);
            RawData raw = RawData.of(
                    contents.files().stream().map(report -> raw(report, tally)).toList());
            RunEvents events = new RunEvents(folder, raw);
            PreparedData data;
            try {
                events.started();
                data = write(folder, posts, users, tally, raw, optedOut);
                source.checkUnchanged();
                Lineage lineage = data.lineage(folder.earlierLineage(), folder.path());
                events.completed(lineage);
                folder.finish(data, lineage);
            } catch (Throwable e) { // Spark throws checked ones undeclared, and libraries throw errors
                Failures.throwIfFatal(e);
                String left = folder.discard(e) ? NO_DATA_WRITTEN : folder.left();
                events.failed(e);
                throw new RunFailedException(left, e);
            }
            PrepareSummary summary = new PrepareSummary(settings, data, users, tally);
            summary.warnings().forEach(warning -> err.println("promptmill: warning: " + warning));
            out.print(summary.text(folder.path()));
        } finally {
            posts.unpersist();
        }
    }

    private PreparedData write(
            DataFolder folder, Dataset<Row> posts, Users users, Tally tally, RawData raw, OptOutList optedOut)
            throws IOException {
        PartWriter parts = new PartWriter(folder.files(), folder.lease(), hadoop);
        List<String> files = raw.files().stream().map(RawFile::file).toList();
        TrainingPlan plan = users.trainingPlan(settings);
        List<UserCounts> counts = users.counts();
        Texts train = Texts.of(parts.write(
                TrainingOrder.of(Posts.toLearnFrom(posts), plan, settings.seed()), DataFolder.TRAIN, TEXTS));
        Texts heldOut = Texts.of(parts.write(
                TrainingOrder.of(Posts.heldOut(posts), TrainingPlan.heldOut(users.taken()), HELD_OUT_SEED),
                DataFolder.HELD_OUT,
                TEXTS));
        Texts setAside = Texts.of(
                parts.write(Posts.setAside(posts, users, tally, files), DataFolder.SET_ASIDE, Posts.setAsideSchema()));
        UserCountsFile.write(counts, folder.files(), folder.lease(), hadoop);
        folder.write(DataFolder.COUNTS_TABLE, CountsTable.of(counts).markdown());
        SortedMap<String, String> told = new TreeMap<>(settings.told());
        told.put(PrepareOption.OPT_OUT.option().name(), optedOut.sha256());
        return PreparedData.of(
                Version.number(), told, raw, PrepareSummary.counts(counts, users, tally), train, heldOut, setAside);
    }

    private static RawFile raw(FileReport report, Tally tally) {
        return new RawFile(
                report.file().name(),
                OptionWord.of(report.file().format()),
                tally.rowsOf(report.file().name()),
                report.file().bytes(),
                report.sha256());
    }
}
