package io.promptmill.checkpoint;

import io.promptmill.checkpoint.lora.LoraAdapter;
import io.promptmill.checkpoint.lora.LoraConfig;
import io.promptmill.family.ConfigFields;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The names of a checkpoint's files, for those who bring them; a tokenizer's are not among them. Stateless. */
public final class CheckpointNames {
    private CheckpointNames() {}

    /** Names of what is told beside the weights. */
    public static List<String> settings() {
        return List.of(ConfigFields.FILE, ConfigFields.GENERATION_FILE, LoraConfig.FILE);
    }

    /**
     * Names of weights that are looked for, up to the ones that are read; those of shards are told by {@link #shards}.
     *
     * @param isThere whether there is a file of a name
     */
    public static List<String> weights(Predicate<String> isThere) {
        List<String> names = WeightFiles.names(isThere);
        if (isThere.test(LoraConfig.FILE)) {
            boolean isFirst = isThere.test(LoraAdapter.FILES.get(0));
            names.addAll(isFirst ? LoraAdapter.FILES.subList(0, 1) : LoraAdapter.FILES);
        }
        return names;
    }

    /** Names of the shards that the index in a folder tells of; none where its weights are whole. */
    public static Set<String> shards(CheckpointFolder folder) throws InvalidCheckpointException, IOException {
        return WeightFiles.shards(folder);
    }

    /** Whether there is a whole model, or an adapter, as far as names tell. */
    public static boolean areOfModel(Predicate<String> isThere) {
        return (isThere.test(ConfigFields.FILE)
                        && WeightFiles.names(isThere).stream().anyMatch(isThere))
                || (isThere.test(LoraConfig.FILE) && LoraAdapter.FILES.stream().anyMatch(isThere));
    }
}
