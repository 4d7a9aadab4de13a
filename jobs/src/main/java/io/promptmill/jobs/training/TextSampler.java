package io.promptmill.jobs.training;

import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.pipeline.TextGenerationPipeline;
import io.promptmill.training.TrainingModel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.hadoop.fs.FileUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a model continue a prompt by the settings that its version will have: its weights become a Hugging Face folder for
 * as long as it takes. Of a text what comes before the first line break counts, as in the models' first home. A prompt that
 * cannot be continued is told and no reason to end a training. Single-threaded.
 */
final class TextSampler implements Trainer.Sampler {
    private static final Logger LOG = LoggerFactory.getLogger(TextSampler.class);

    private final SortedMap<String, byte[]> files;
    private final String prompt;
    private final int texts;
    private final Path scratch;

    /**
     * A sampler.
     *
     * @param files of the version, beside the weights
     * @param texts how many each time
     * @param scratch folder for temporary files
     */
    TextSampler(SortedMap<String, byte[]> files, String prompt, int texts, Path scratch) {
        this.files = files;
        this.prompt = prompt;
        this.texts = texts;
        this.scratch = scratch;
    }

    @Override
    public List<String> sample(TrainingModel model) throws IOException {
        if (texts == 0) {
            return List.of();
        }
        Path folder = Files.createTempDirectory(scratch, "promptmill-");
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Files.write(folder.resolve(file.getKey()), file.getValue());
            }
            try (OutputStream out = Files.newOutputStream(folder.resolve(RunTarget.WEIGHTS))) {
                model.writeWeights(out, DataType.F32);
            }
            return model.aside(() -> generate(folder));
        } catch (InvalidCheckpointException | IllegalArgumentException e) {
            LOG.warn("The model gives no texts for --sample-prompt: {}", e.getMessage());
            return List.of();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) { // declared by Callable
            throw new IOException(e);
        } finally {
            FileUtil.fullyDelete(folder.toFile());
        }
    }

    private List<String> generate(Path folder) throws InvalidCheckpointException, IOException {
        try (TextGenerationPipeline pipeline = TextGenerationPipeline.of(folder.toString())) {
            return pipeline.generate(prompt, Map.of("num_return_sequences", texts, "do_sample", true)).stream()
                    .map(text -> text.split("\\R", 2)[0])
                    .toList();
        }
    }
}
