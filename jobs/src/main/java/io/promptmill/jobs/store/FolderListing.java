package io.promptmill.jobs.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Everything that lies below an output folder, by name in the folder; nothing where there is no folder. Immutable.
 *
 * @param files all files
 * @param odd what is neither a file nor a folder: no run of Promptmill has made it
 */
public record FolderListing(Set<String> files, Set<String> odd) {
    private static final int LISTINGS = 3;

    public FolderListing {
        files = Collections.unmodifiableSet(new TreeSet<>(files));
        odd = Collections.unmodifiableSet(new TreeSet<>(odd));
    }

    /** Looks at all files of the folder, which need not exist. */
    public static FolderListing of(OutputFiles files) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return listed(files);
            } catch (FileNotFoundException e) {
                if (!files.fileSystem().exists(files.folder())) {
                    return new FolderListing(Set.of(), Set.of());
                }
                if (attempt == LISTINGS) { // else a temporary folder has just gone
                    throw e;
                }
            }
        }
    }

    private static FolderListing listed(OutputFiles files) throws IOException {
        Set<String> names = new TreeSet<>();
        Set<String> odd = new TreeSet<>();
        String folder = files.folder().toUri().getPath();
        int folderLength = folder.length() + (folder.endsWith("/") ? 0 : 1); // a root's ends so
        Deque<Path> folders = new ArrayDeque<>(List.of(files.folder()));
        while (!folders.isEmpty()) {
            for (FileStatus file : files.fileSystem().listStatus(folders.remove())) {
                boolean ordinary = LocalFiles.isOrdinary(files.fileSystem(), file.getPath());
                if (ordinary && file.isDirectory()) {
                    folders.add(file.getPath());
                } else {
                    (ordinary ? names : odd)
                            .add(file.getPath().toUri().getPath().substring(folderLength));
                }
            }
        }
        return new FolderListing(names, odd);
    }
}
