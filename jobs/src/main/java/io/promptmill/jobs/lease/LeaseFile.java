package io.promptmill.jobs.lease;

import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A lease as it lies in the output folder. Leases are numbered and never changed: whoever takes over writes the next
 * number, which only one can.
 *
 * @param term its number, from 1
 * @param holder who wrote it; empty where that cannot be read
 */
public record LeaseFile(int term, Optional<LeaseHolder> holder) {
    /** A holder that has given no sign of life for that long is taken for dead. */
    static final Duration STALE_AFTER = Duration.ofSeconds(60);

    private static final Pattern NAME = Pattern.compile("lease-(\\d{6})\\.json");

    /** The lease with the highest number. */
    static Optional<LeaseFile> latest(OutputFiles files) throws IOException {
        int term = 0;
        for (FileStatus file : metadata(files)) {
            term = Math.max(term, termIn(file.getPath().getName()));
        }
        return term == 0 ? Optional.empty() : Optional.of(new LeaseFile(term, holder(files, term)));
    }

    /** Whether a name in the output folder is one of a lease. */
    public static boolean isName(String name) {
        String prefix = OutputFiles.METADATA_FOLDER + "/";
        return name.startsWith(prefix) && termIn(name.substring(prefix.length())) > 0;
    }

    /** The name in the output folder of the lease with that number. */
    public static String name(int term) {
        return String.format(Locale.ROOT, "%s/lease-%06d.json", OutputFiles.METADATA_FOLDER, term);
    }

    /** Removes the leases before this one, and the claims of drivers that have not been heard of for that long. */
    void deleteEarlier(OutputFiles files, Duration forgotten) throws IOException {
        long fresh = now(files) - forgotten.toMillis();
        for (FileStatus file : metadata(files)) {
            String name = file.getPath().getName();
            boolean earlierLease = termIn(name) > 0 && termIn(name) < term;
            boolean oldClaim =
                    OutputFiles.isClaim(OutputFiles.METADATA_FOLDER + "/" + name) && file.getModificationTime() < fresh;
            if (earlierLease || oldClaim) {
                files.delete(file.getPath());
            }
        }
    }

    /**
     * How long ago its holder gave the last sign of life, by the clock of the store: clocks of drivers may differ.
     */
    Duration silence(OutputFiles files) throws IOException {
        long last = modified(files, files.path(name(term)));
        if (holder.isPresent()) {
            last = Math.max(last, modified(files, heartbeat(files, holder.get().owner())));
        }
        return Duration.ofMillis(Math.max(0, now(files) - last));
    }

    /** The file that a holder writes again and again as long as it lives. */
    static Path heartbeat(OutputFiles files, String owner) {
        return new Path(files.temporaryFolder(), "heartbeat-" + owner);
    }

    private static long now(OutputFiles files) throws IOException {
        Path file = files.newClaim();
        try {
            files.fileSystem().create(file, false).close();
            return files.fileSystem().getFileStatus(file).getModificationTime();
        } finally {
            files.delete(file);
        }
    }

    private static long modified(OutputFiles files, Path file) throws IOException {
        try {
            return files.fileSystem().getFileStatus(file).getModificationTime();
        } catch (FileNotFoundException e) {
            return 0;
        }
    }

    private static Optional<LeaseHolder> holder(OutputFiles files, int term) {
        try {
            return Optional.of(Json.read(files.read(name(term)), LeaseHolder.class));
        } catch (IOException e) {
            return Optional.empty(); // released this moment, or damaged: only its age counts
        }
    }

    private static FileStatus[] metadata(OutputFiles files) throws IOException {
        try {
            return files.fileSystem().listStatus(files.path(OutputFiles.METADATA_FOLDER));
        } catch (FileNotFoundException e) {
            return new FileStatus[0];
        }
    }

    private static int termIn(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
