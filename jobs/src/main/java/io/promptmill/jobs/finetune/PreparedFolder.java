package io.promptmill.jobs.finetune;

import io.promptmill.jobs.counts.UserCounts;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.prepare.PreparedData;
import io.promptmill.jobs.prepare.UserCountsFile;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.tracking.Artifact;
import io.promptmill.jobs.tracking.Lineage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * A folder that {@code prepare} has written.
 *
 * @param path where it is
 * @param data what it holds
 * @param counts a row a user
 * @param recorded lineage that the folder tells; of nothing where an older version of prepare has written it
 */
record PreparedFolder(String path, PreparedData data, List<UserCounts> counts, Lineage recorded) {
    private static final String TRAIN = "train";
    private static final String HELD_OUT = "held-out";

    /** The folder at a path; empty where something else lies there. */
    static Optional<PreparedFolder> find(String path, Configuration hadoop) throws RefusalException {
        try {
            OutputFiles files = new OutputFiles(path, hadoop);
            if (!files.fileSystem().exists(files.path(PreparedData.FILE))) {
                return Optional.empty();
            }
            Lineage recorded = Lineage.find(files, Lineage.FILE).orElse(Lineage.NONE);
            return Optional.of(
                    new PreparedFolder(path, PreparedData.read(files), UserCountsFile.read(files, hadoop), recorded));
        } catch (IOException e) {
            throw RefusalException.input(
                    "data_unreadable",
                    "--data " + path + " cannot be read",
                    String.valueOf(e.getMessage()),
                    "let prepare write it anew");
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no path, perhaps a pattern: whoever reads rows tells more
        }
    }

    /** A model's lineage where it learns from this data: versions go on from those that either of them tells. */
    Lineage lineage(Lineage ofModel) {
        Lineage lineage = ofModel;
        for (Artifact artifact : data.lineage(recorded, path).artifacts()) {
            lineage = lineage.with(artifact);
        }
        return lineage;
    }

    /** Where its training texts are. */
    String train() {
        return path + "/" + TRAIN;
    }

    /** Where its held-out texts are; empty where nothing is held out. */
    Optional<String> heldOut() {
        return data.heldOut().posts() == 0 ? Optional.empty() : Optional.of(path + "/" + HELD_OUT);
    }

    /** Posts to train on, each counted once. */
    long posts() {
        return counts.stream().mapToLong(user -> user.kept() - user.heldOut()).sum();
    }
}
