package io.promptmill.jobs.versions;

import io.promptmill.jobs.lease.Lease;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.store.PendingFile;
import io.promptmill.jobs.tracking.RunRecord;
import io.promptmill.pretrained.ModelVersion;
import io.promptmill.pretrained.ModelVersion.Data;
import io.promptmill.pretrained.ModelVersion.Losses;
import io.promptmill.pretrained.ModelVersion.Parent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;

/** The next version of a model, file by file, until it is published. Single-threaded; its user closes the lease. */
public final class VersionWriter {
    private final OutputFiles files;
    private final Lease lease;
    private final int number;

    VersionWriter(OutputFiles files, Lease lease, int number) {
        this.files = files;
        this.lease = lease;
        this.number = number;
    }

    /** {@code v3}. */
    public String name() {
        return ModelVersion.folderName(number);
    }

    /** Its folder, with the file system. */
    public String location() {
        return files.path(name()).toString();
    }

    /** Writes a file whole. */
    public void write(String file, byte[] content) throws IOException {
        lease.check();
        if (!files.writeIfAbsent(in(file), content)) {
            throw taken(file);
        }
    }

    /** Begins a large file; {@link #finish} gives it its name. */
    public PendingFile begin(String file) throws IOException {
        lease.check();
        return files.begin(in(file), UUID.randomUUID().toString());
    }

    /** Gives a file that was begun its name; the caller closes it. */
    public void finish(String file, PendingFile written) throws IOException {
        lease.check();
        if (!written.publish()) {
            throw taken(file);
        }
    }

    /**
     * Makes it a version.
     *
     * @param run that has made it
     * @param digest of the checkpoint that was written
     */
    public ModelVersion publish(RunRecord run, String digest) throws IOException {
        ModelVersion version = new ModelVersion(
                run.model(),
                number,
                digest,
                run.id(),
                Optional.ofNullable(run.parent())
                        .map(parent ->
                                new Parent(parent.location(), Optional.ofNullable(parent.version()), parent.digest())),
                new Data(
                        run.data().path(),
                        run.data().digest(),
                        Optional.ofNullable(run.data().heldOutDigest())),
                new Losses(number(run.losses().trainLoss()), number(run.losses().evalLoss())),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                run.codeVersion());
        write(ModelVersion.FILE, (Json.write(version.fields()) + "\n").getBytes(StandardCharsets.UTF_8));
        return version;
    }

    private static OptionalDouble number(Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    private String in(String file) {
        return name() + "/" + file;
    }

    private IOException taken(String file) {
        return new IOException(files.path(in(file)) + " is there already: another run has written this version");
    }
}
