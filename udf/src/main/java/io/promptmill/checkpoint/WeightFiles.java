package io.promptmill.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.checkpoint.torch.TorchPickleFile;
import io.promptmill.checkpoint.weights.SafetensorsFile;
import io.promptmill.checkpoint.weights.StoredTensor;
import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.SteadyFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The files of a folder that hold the weights, by the names that transformers gives them.
 *
 * @param files names of all files read, the shard index included
 * @param tensors what they hold
 */
record WeightFiles(List<String> files, List<StoredTensor> tensors) {
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}");
    private static final int MAX_SHARDS = 1_000;

    /** Container formats, the preferred one first. */
    private enum Format {
        SAFETENSORS("model.safetensors"),
        TORCH("pytorch_model.bin");

        private final String fileName;

        Format(String fileName) {
            this.fileName = fileName;
        }

        String indexName() {
            return fileName + ".index.json";
        }

        List<StoredTensor> read(SteadyFile file, List<String> warnings) throws InvalidCheckpointException, IOException {
            return this == SAFETENSORS ? SafetensorsFile.read(file) : TorchPickleFile.read(file, warnings);
        }
    }

    /** Whether a folder holds weights by one of these names. */
    static boolean areIn(CheckpointFolder folder) {
        return Arrays.stream(Format.values())
                .anyMatch(format -> folder.has(format.fileName) || folder.has(format.indexName()));
    }

    /** The names that are looked for, the preferred ones first, up to one that is there: no other is read. */
    static List<String> names(Predicate<String> isThere) {
        List<String> names = new ArrayList<>();
        for (Format format : Format.values()) {
            for (String name : List.of(format.fileName, format.indexName())) {
                names.add(name);
                if (isThere.test(name)) {
                    return names;
                }
            }
        }
        return names;
    }

    /** The names of the shards that a folder's weights consist of; none where they are whole, or not there. */
    static Set<String> shards(CheckpointFolder folder) throws InvalidCheckpointException, IOException {
        for (Format format : Format.values()) {
            if (folder.has(format.fileName)) {
                return Set.of();
            }
            if (folder.has(format.indexName())) {
                return new TreeSet<>(shardsByTensor(folder, format.indexName()).values());
            }
        }
        return Set.of();
    }

    /**
     * The weights of a folder.
     *
     * @param warnings gets a sentence for what is ignored
     */
    static WeightFiles find(CheckpointFolder folder, List<String> warnings)
            throws InvalidCheckpointException, IOException {
        for (Format format : Format.values()) {
            if (folder.has(format.fileName)) {
                return new WeightFiles(List.of(format.fileName), format.read(folder.file(format.fileName), warnings));
            }
            if (folder.has(format.indexName())) {
                return sharded(folder, format, warnings);
            }
        }
        throw InvalidCheckpointException.unsupported(
                "the checkpoint has neither model.safetensors nor pytorch_model.bin, whole or with an index of shards",
                "weights are read from these files only",
                "save the model with save_pretrained of transformers");
    }

    /** Index and shards have to agree on each tensor's place, so that no tensor occurs twice or is overlooked. */
    private static WeightFiles sharded(CheckpointFolder folder, Format format, List<String> warnings)
            throws InvalidCheckpointException, IOException {
        String index = format.indexName();
        Map<String, String> shardOfTensor = shardsByTensor(folder, index);
        List<String> files = new ArrayList<>(List.of(index));
        List<StoredTensor> tensors = new ArrayList<>();
        for (String shard : new TreeSet<>(shardOfTensor.values())) {
            files.add(shard);
            for (StoredTensor tensor : format.read(folder.file(shard), warnings)) {
                if (!shard.equals(shardOfTensor.remove(tensor.name()))) {
                    throw damaged(
                            index, shard + " holds " + InvalidCheckpointException.quote(tensor.name()) + " against it");
                }
                tensors.add(tensor);
            }
        }
        if (!shardOfTensor.isEmpty()) {
            String name = shardOfTensor.keySet().iterator().next();
            throw damaged(
                    index, "no shard holds " + InvalidCheckpointException.quote(name) + " where it places the tensor");
        }
        return new WeightFiles(files, tensors);
    }

    private static Map<String, String> shardsByTensor(CheckpointFolder folder, String index)
            throws InvalidCheckpointException, IOException {
        Map<String, String> shards = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry :
                CheckpointFiles.read(folder, index).path("weight_map").properties()) {
            String shard = entry.getValue().asText();
            if (!PLAIN_NAME.matcher(shard).matches()) {
                throw damaged(
                        index,
                        "the shard " + InvalidCheckpointException.quote(shard)
                                + " is no plain file name, and nothing outside the checkpoint's folder is read");
            }
            shards.put(entry.getKey(), shard);
        }
        long count = shards.values().stream().distinct().count();
        if (count == 0 || count > MAX_SHARDS) {
            throw damaged(index, "its weight_map names " + count + " shards");
        }
        return shards;
    }

    private static InvalidCheckpointException damaged(String index, String what) {
        return InvalidCheckpointException.damaged(index, what);
    }
}
