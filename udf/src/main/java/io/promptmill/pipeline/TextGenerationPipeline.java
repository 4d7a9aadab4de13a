package io.promptmill.pipeline;

import io.promptmill.Completion;
import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Problem;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.compile.Precision;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.generation.EngineSettings;
import io.promptmill.generation.GenerationEngine;
import io.promptmill.generation.LongPromptPolicy;
import io.promptmill.generation.ReturnedText;
import io.promptmill.hub.Hub;
import io.promptmill.hub.HubModel;
import io.promptmill.model.LoadedModel;
import io.promptmill.pretrained.LocalFolders;
import io.promptmill.pretrained.ModelName;
import io.promptmill.pretrained.ModelSource.Folders;
import io.promptmill.pretrained.PretrainedModel;
import io.promptmill.tokenizer.Tokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code pipeline("text-generation")} of transformers is in Python, on the CPU of this JVM:
 *
 * <pre>{@code
 * List<String> texts = TextGenerationPipeline.of("my-model").generate("My dream is", Map.of("num_return_sequences", 5));
 * }</pre>
 *
 * <p>Settings that neither the call nor the checkpoint gives are the pipeline's: sampling at temperature 0.7, 256 new
 * tokens, the prompt returned with its continuation. The same call gives the same texts; another {@link #withSeed seed}
 * gives others. Thread-safe; closing it frees the model.
 */
public final class TextGenerationPipeline implements AutoCloseable {
    /** {@code TextGenerationPipeline._default_generation_config} of transformers 5. */
    private static final GenerationOptions PIPELINE_DEFAULTS = GenerationOptions.none()
            .with(GenerationOption.MAX_NEW_TOKENS, 256)
            .with(GenerationOption.DO_SAMPLE, true)
            .with(GenerationOption.TEMPERATURE, 0.7);

    private static final LocalFolders LOCAL = new LocalFolders();

    private final LoadedModel model;
    private final Tokenizer tokenizer;
    private final List<GenerationOptions> checkpointSources;
    private final long seed;

    private TextGenerationPipeline(
            LoadedModel model, Tokenizer tokenizer, List<GenerationOptions> checkpointSources, long seed) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.checkpointSources = checkpointSources;
        this.seed = seed;
    }

    /**
     * Loads a checkpoint.
     *
     * @param model a local folder in Hugging Face layout, with its tokenizer, a version in one, or a model of the hub
     *     ({@link ModelName})
     * @throws InvalidCheckpointException when it cannot be used
     * @throws IOException when it cannot be read
     */
    public static TextGenerationPipeline of(String model) throws InvalidCheckpointException, IOException {
        Hub hub = Hub.ofThisProcess();
        return of(folders(model, hub).withBaseFromHub(LOCAL, hub));
    }

    /**
     * Loads an adapter of PEFT over the base that the caller names.
     *
     * @param adapter a local folder with adapter_config.json and the adapter's weights, or one of the hub's
     * @param base a model as {@link #of(String)} takes it; its tokenizer is used where the adapter has none
     * @throws InvalidCheckpointException when one cannot be used
     * @throws IOException when one cannot be read
     */
    public static TextGenerationPipeline of(String adapter, String base)
            throws InvalidCheckpointException, IOException {
        Hub hub = Hub.ofThisProcess();
        return of(folders(adapter, hub).over(folders(base, hub)));
    }

    private static Folders folders(String name, Hub hub) throws InvalidCheckpointException, IOException {
        String found = new ModelName(name).location(LOCAL);
        Optional<HubModel> fetched = new ModelName(found).fromHub(LOCAL, hub);
        if (fetched.isPresent()) {
            return Folders.of(fetched.get());
        }
        if (!LOCAL.isFolder(found)) {
            throw new ModelName(name).missing("this machine");
        }
        return Folders.of(Path.of(found));
    }

    private static TextGenerationPipeline of(Folders folders) throws InvalidCheckpointException, IOException {
        try (PretrainedModel pretrained = PretrainedModel.open(work -> folders)) {
            TokenizerDefinition definition = tokenizer(pretrained);
            LoadedModel model =
                    LoadedModel.load(pretrained.compile(Precision.FP32).archive(), "cpu");
            return new TextGenerationPipeline(
                    model, new Tokenizer(definition), pretrained.checkpoint().generationDefaults(), 0);
        }
    }

    private static TokenizerDefinition tokenizer(PretrainedModel pretrained) throws InvalidCheckpointException {
        Optional<TokenizerDefinition> definition = pretrained.tokenizer().definition();
        if (definition.isEmpty()) {
            throw new InvalidCheckpointException(pretrained
                    .tokenizer()
                    .refusal()
                    .orElseGet(() -> new Problem(
                            "no_tokenizer",
                            "there is no tokenizer in "
                                    + pretrained.checkpoint().tokenizerFolder().path(),
                            "prompts are text and have to become token ids",
                            "add tokenizer.json, or vocab.json and merges.txt")));
        }
        return definition.get();
    }

    /** This pipeline over the same model with other random numbers; closing either closes both. */
    public TextGenerationPipeline withSeed(long newSeed) {
        return new TextGenerationPipeline(model, tokenizer, checkpointSources, newSeed);
    }

    /** The texts for a prompt by the checkpoint's own settings. */
    public List<String> generate(String prompt) {
        return generate(prompt, Map.of());
    }

    /**
     * The texts for a prompt, one for each returned sequence.
     *
     * @param settings by their Hugging Face names, e.g. {@code num_return_sequences}
     * @throws IllegalArgumentException when a setting is unknown or out of range, or the prompt does not fit the model
     */
    public List<String> generate(String prompt, Map<String, ?> settings) {
        List<GenerationOptions> sources = new ArrayList<>();
        sources.add(options(settings));
        sources.addAll(checkpointSources);
        sources.add(PIPELINE_DEFAULTS);
        Prompt asked = Prompt.ofText(prompt, prompt, GenerationConfig.resolve(sources));
        EngineSettings engineSettings = new EngineSettings(
                EngineSettings.DEFAULT_SLOTS, seed, LongPromptPolicy.REJECT, ReturnedText.PROMPT_AND_CONTINUATION);
        try (GenerationEngine engine = new GenerationEngine(model, tokenizer, engineSettings)) {
            PromptResult result = engine.generate(List.of(asked).iterator()).next();
            if (result.problem() != null) {
                throw new IllegalArgumentException(result.problem().toString());
            }
            return result.completions().stream().map(Completion::text).toList();
        }
    }

    private static GenerationOptions options(Map<String, ?> settings) {
        GenerationOptions options = GenerationOptions.none();
        for (Map.Entry<String, ?> setting : settings.entrySet()) {
            GenerationOption option = GenerationOption.ofKey(setting.getKey())
                    .orElseThrow(() -> new IllegalArgumentException("There is no generation setting " + setting.getKey()
                            + ": use Hugging Face's names, such as max_new_tokens"));
            options = options.with(option, setting.getValue());
        }
        return options;
    }

    @Override
    public void close() {
        tokenizer.close();
        model.close();
    }
}
