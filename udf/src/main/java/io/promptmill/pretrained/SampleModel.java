package io.promptmill.pretrained;

import io.promptmill.Prompt;
import io.promptmill.pretrained.ModelSource.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The small checkpoint inside the jar, used when no model is named. */
public final class SampleModel {
    /** What plan, footer and Params call it. */
    public static final String NAME = "sample-model";

    private static final List<String> FILES = List.of(
            "config.json",
            "generation_config.json",
            "merges.txt",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json",
            "vocab.json");

    private SampleModel() {}

    /** Brings it to a folder in {@code work}, as a {@link ModelSource} does. */
    public static Folders bring(Path work) throws IOException {
        Path folder = Files.createDirectory(work.resolve(NAME));
        copyTo(folder);
        return Folders.of(folder);
    }

    /** Copies its files into a folder. */
    public static void copyTo(Path folder) throws IOException {
        for (String file : FILES) {
            try (InputStream in = Prompt.class.getResourceAsStream("sample-model/" + file)) {
                Files.copy(in, folder.resolve(file));
            }
        }
    }
}
