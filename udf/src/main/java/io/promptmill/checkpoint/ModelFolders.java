package io.promptmill.checkpoint;

import io.promptmill.Problem;
import io.promptmill.checkpoint.lora.LoraAdapter;
import io.promptmill.checkpoint.lora.LoraConfig;
import io.promptmill.family.ConfigFields;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The folders that a checkpoint is read from: one, or that of a LoRA adapter and that of its base.
 *
 * @param folder the checkpoint's, or the adapter's
 * @param base holds config.json and the base's weights: the same folder where it has them
 */
record ModelFolders(CheckpointFolder folder, CheckpointFolder base) {

    /**
     * Finds the base where the folder has none: what its adapter's base_model_name_or_path names, where that is a folder
     * with a model: an absolute path, or one from the adapter's folder, or, as in PEFT, from the working directory.
     */
    static ModelFolders of(Path path) throws InvalidCheckpointException, IOException {
        CheckpointFolder folder = new CheckpointFolder(path);
        if (!lacksBase(folder)) {
            return new ModelFolders(folder, folder);
        }
        Optional<String> name = LoraConfig.baseNamedIn(folder);
        if (name.isPresent()) {
            for (Path from : List.of(path, Path.of(""))) {
                Optional<Path> base = existing(from, name.get(), ConfigFields.FILE);
                if (base.isPresent()) {
                    return over(folder, base.get());
                }
                Optional<Path> other = existing(from, name.get(), LoraConfig.FILE);
                if (other.isPresent()) {
                    return over(folder, other.get());
                }
            }
        }
        throw new InvalidCheckpointException(new Problem(
                "adapter_without_base",
                path + " holds a PEFT adapter and not the model that it belongs to"
                        + name.map(base -> ", which it calls " + InvalidCheckpointException.quote(base))
                                .orElse(""),
                "an adapter is only what is added to the weights of its base, and a name in a file fetches nothing from elsewhere",
                "name the base with --base-model: its folder, or what the Hugging Face hub calls it"));
    }

    /**
     * Takes the base that the caller names, unless the folder has one.
     *
     * @param warnings gets a sentence where it has
     */
    static ModelFolders of(Path path, Path base, List<String> warnings) throws InvalidCheckpointException {
        CheckpointFolder folder = new CheckpointFolder(path);
        if (!LoraAdapter.isIn(folder)) {
            throw new InvalidCheckpointException(new Problem(
                    "base_without_adapter",
                    "a base is given, and " + path + " holds no PEFT adapter",
                    "without adapter_config.json a folder is a whole model of its own",
                    "leave --base-model out, or give the adapter's folder as the model"));
        }
        if (!lacksBase(folder)) {
            warnings.add("--base-model is not used, since " + path + " holds the adapter and a whole model");
            return new ModelFolders(folder, folder);
        }
        return over(folder, base);
    }

    private static ModelFolders over(CheckpointFolder adapter, Path path) throws InvalidCheckpointException {
        if (!Files.isDirectory(path)) {
            throw new InvalidCheckpointException(new Problem(
                    "base_missing",
                    "the base " + path + " of the adapter " + adapter.path() + " is no folder",
                    "an adapter is only what is added to the weights of its base",
                    "name the folder of the base, with its config.json and weights"));
        }
        CheckpointFolder base = new CheckpointFolder(path);
        if (lacksBase(base)) {
            throw new InvalidCheckpointException(new Problem(
                    "base_is_adapter",
                    "the base " + path + " of the adapter " + adapter.path() + " is a PEFT adapter itself",
                    "one adapter is merged into a whole model, and no chain of them is followed",
                    "merge that one into its base first, with PEFT's merge_and_unload, and save it with "
                            + "save_pretrained"));
        }
        return new ModelFolders(adapter, base);
    }

    /** The folder whose tokenizer is used: the adapter's where it has one, since that may have tokens of its own. */
    CheckpointFolder tokenizer() {
        return folder.has("tokenizer.json") || folder.has("vocab.json") ? folder : base;
    }

    /** Whether a folder holds an adapter and no base beside it. */
    static boolean lacksBase(CheckpointFolder folder) {
        return LoraAdapter.isIn(folder) && !(folder.has(ConfigFields.FILE) && WeightFiles.areIn(folder));
    }

    private static Optional<Path> existing(Path from, String name, String file) {
        try {
            return Optional.of(from.resolve(name).normalize()).filter(base -> Files.exists(base.resolve(file)));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
