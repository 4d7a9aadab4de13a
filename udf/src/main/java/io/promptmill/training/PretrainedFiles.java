package io.promptmill.training;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;

/** The files of a trained model beside its weights, as {@code save_pretrained} of transformers writes them. Stateless. */
public final class PretrainedFiles {
    private PretrainedFiles() {}

    /**
     * config.json, generation_config.json and the tokenizer's files, by their names.
     *
     * @param parent whose training it was
     * @param weights what model.safetensors stores
     * @param textGeneration settings for generating with it: {@code task_specific_params.text-generation} of config.json
     *     and, without {@code prefix}, generation_config.json
     */
    public static SortedMap<String, byte[]> of(Checkpoint parent, DataType weights, Map<String, Object> textGeneration)
            throws InvalidCheckpointException, IOException {
        throw new UnsupportedOperationException();
    }
}
