package io.promptmill.jobs.generate;

import io.promptmill.OptionWord;
import io.promptmill.Problem;
import io.promptmill.compile.Precision;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.model.JobModel;
import java.util.Optional;
import org.apache.spark.SparkConf;

/** Checks that need more than one of a run's parts. */
final class RunChecks {
    private RunChecks() {}

    /** The precision to compile for; refuses one that the device cannot have. */
    static Precision precision(JobSettings settings, SparkConf conf) throws RefusalException {
        try {
            return settings.precision().resolve(settings.device(), conf);
        } catch (IllegalArgumentException e) {
            throw RefusalException.usage(
                    "precision_not_on_device",
                    "--precision " + OptionWord.of(settings.precision()) + " cannot be had here",
                    e.getMessage(),
                    "change one of --precision and --device");
        }
    }

    /** Refuses a model that is not the pinned one. */
    static void digest(JobModel model, Optional<String> pinned) throws RefusalException {
        if (pinned.isEmpty()) {
            return;
        }
        String digest = model.digest();
        if (!pinned.get().equals(digest)) {
            throw new RefusalException(
                    ExitCode.MODEL_REFUSED,
                    new Problem(
                            "model_digest_differs",
                            "--model " + model.location() + " has the SHA-256 " + digest
                                    + " and --model-sha256 asks for " + pinned.get(),
                            "its files are not those that were pinned, or were damaged on their way",
                            "fetch the model again, or pin this digest if the change is wanted"));
        }
    }
}
