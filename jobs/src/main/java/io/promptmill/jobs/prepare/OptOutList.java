package io.promptmill.jobs.prepare;

import io.promptmill.Problem;
import io.promptmill.Sha256;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.spark.rows.Utf8Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Who does not want to be in the training texts, and which posts are not to be; travels to the tasks.
 *
 * @param entries users' handles, as {@link PostRules#handle} writes them, and ids of posts
 */
record OptOutList(Set<String> entries) implements Serializable {
    static final OptOutList NOBODY = new OptOutList(Set.of());

    private static final int MAX_BYTES = 64 << 20;

    OptOutList {
        entries = new HashSet<>(entries);
    }

    /** Reads a list: a user or a post's id in each line, empty lines are passed over. */
    static OptOutList read(String file, Configuration hadoop) throws RefusalException {
        Path path = new Path(file);
        try (InputStream in = path.getFileSystem(hadoop).open(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("it is longer than " + MAX_BYTES + " bytes");
            }
            String text = Utf8Text.decode(bytes).orElseThrow(() -> new IOException("it is not UTF-8"));
            Set<String> entries = new HashSet<>();
            text.lines().forEach(line -> PostRules.handle(line).ifPresent(handle -> {
                entries.add(handle);
                entries.add(line.strip()); // an id, in which case may make a difference
            }));
            return new OptOutList(entries);
        } catch (IOException | IllegalArgumentException e) {
            throw new RefusalException(
                    ExitCode.INPUT_REFUSED,
                    new Problem(
                            "opt_out_unreadable",
                            "--opt-out " + file + " cannot be read",
                            Failures.rootMessage(e),
                            "give a text in UTF-8 with a user or a post's id in each line"),
                    e);
        }
    }

    /** Whether a user is on the list. */
    boolean hasUser(String handle) {
        return entries.contains(handle);
    }

    /** Whether a post is on the list, by its id, which may be null. */
    boolean hasId(String id) {
        return id != null && entries.contains(id);
    }

    /** A digest that tells lists apart without naming anybody. */
    String sha256() {
        return Sha256.ofText(String.join("\n", new TreeSet<>(entries)));
    }
}
