package io.promptmill.pretrained;

import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The folders of this machine. Stateless. */
public final class LocalFolders implements FolderLookup {
    @Override
    public boolean isFolder(String location) {
        return Files.isDirectory(Path.of(location));
    }

    @Override
    public List<String> folders(String location) throws IOException {
        try (Stream<Path> content = Files.list(Path.of(location))) {
            return content.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .toList();
        }
    }

    @Override
    public Optional<String> text(String location, String file) throws InvalidCheckpointException, IOException {
        CheckpointFolder folder = new CheckpointFolder(Path.of(location));
        return folder.isFile(file) ? Optional.of(folder.text(file, CheckpointFiles.KIND)) : Optional.empty();
    }
}
