package io.promptmill.jobs.bench;

import io.promptmill.Problem;
import io.promptmill.compile.Precision;
import io.promptmill.family.ModelShape;
import io.promptmill.files.WorkFolder;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.model.JobModel;
import io.promptmill.model.LoadedModel;
import io.promptmill.model.PrecisionLoss;
import io.promptmill.tokenizer.Tokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * One run of {@code bench}: a model is opened or made up, compiled, loaded, and its files are gone before anything is
 * measured. Nothing of Spark is started.
 */
final class BenchJob {
    private static final String DEVICE = "cpu";

    private final BenchRequest request;
    private final PrintStream out;
    private final PrintStream err;

    /** Results will go to {@code out}, the rest to {@code err}. */
    BenchJob(BenchRequest request, PrintStream out, PrintStream err) {
        this.request = request;
        this.out = out;
        this.err = err;
    }

    /** Measures and reports. */
    ExitCode run() throws RefusalException, IOException {
        try (Loaded loaded = request.model().isPresent() ? open(request.model().get()) : makeUp(request.shape())) {
            Bench bench = new Bench(
                    loaded.model, loaded.shape, loaded.name, request.precision().toString(), request.settings());
            for (Work work : request.works()) {
                BenchReport report = bench.run(work);
                out.print(
                        request.format() == BenchRequest.Format.JSON
                                ? report.json() + System.lineSeparator()
                                : report.table());
                out.flush();
            }
            return ExitCode.DONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERRUPTED;
        }
    }

    /** A model in memory, and what is known of it. */
    private record Loaded(LoadedModel model, ModelShape shape, String name) implements AutoCloseable {
        @Override
        public void close() {
            model.close();
        }
    }

    private Loaded open(String location) throws RefusalException, IOException {
        try (JobModel opened = JobModel.open(Optional.of(location), Optional.empty(), new Configuration())) {
            ModelShape shape = opened.checkpoint().shape();
            for (Work work : request.works()) {
                requirePositions(work, shape);
            }
            LoadedModel model =
                    LoadedModel.load(opened.compile(request.precision()).archive(), DEVICE);
            if (request.heldOut().isPresent()) {
                tellLoss(opened, model, request.heldOut().get());
            }
            return new Loaded(model, shape, opened.location());
        }
    }

    private void tellLoss(JobModel opened, LoadedModel model, Path text) throws RefusalException, IOException {
        TokenizerDefinition definition = opened.tokenizer()
                .definition()
                .orElseThrow(() -> RefusalException.usage(
                        "tokenizer_missing",
                        "--held-out needs a tokenizer and " + opened.location() + " has none that can be used",
                        opened.tokenizer().whyNone().orElseThrow(),
                        "use a model with a byte-level BPE tokenizer, or leave --held-out out"));
        try (Tokenizer tokenizer = new Tokenizer(definition);
                LoadedModel reference =
                        LoadedModel.load(opened.compile(Precision.FP32).archive(), DEVICE)) {
            PrecisionLoss loss = PrecisionLoss.measure(reference, model, tokenizer.encode(Files.readString(text)));
            out.print(new LossReport(text.toString(), request.precision(), loss).shown(request.format()));
        } catch (IllegalArgumentException e) {
            throw RefusalException.usage(
                    "text_too_short", "--held-out " + text + " cannot be used", e.getMessage(), "give a longer text");
        }
    }

    private Loaded makeUp(ModelSize size) throws RefusalException, IOException {
        long start = System.nanoTime();
        double factor;
        try (Loaded undecided = makeUp(size, 1)) {
            factor = NextTokenEntropy.of(undecided.model, request.settings().seed())
                    .factorToTrained();
        }
        Loaded loaded = makeUp(size, factor);
        err.printf(
                Locale.ROOT,
                "promptmill: made up a model in %.1f s, next-token entropy %.2f nats%n",
                (System.nanoTime() - start) / 1e9,
                NextTokenEntropy.of(loaded.model, request.settings().seed()).nats(1));
        return loaded;
    }

    private Loaded makeUp(ModelSize size, double finalNorm) throws RefusalException, IOException {
        try (WorkFolder folder = WorkFolder.create()) {
            new MadeUpCheckpoint(size, finalNorm, request.settings().seed()).write(folder.path());
            Loaded loaded = open(folder.path().toUri().toString());
            return new Loaded(loaded.model, loaded.shape, request.shapeName());
        }
    }

    private static void requirePositions(Work work, ModelShape shape) throws RefusalException {
        if (shape.positions() < work.positions()) {
            throw new RefusalException(
                    ExitCode.MODEL_REFUSED,
                    new Problem(
                            "model_too_short",
                            "--work " + work.spelled() + " does not fit the model",
                            "it needs " + work.positions() + " positions and the model has " + shape.positions(),
                            "choose a work with shorter prompts, or another model"));
        }
    }
}
