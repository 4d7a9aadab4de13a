package io.promptmill.jobs.finetune;

import io.promptmill.Problem;
import java.io.IOException;

/** A training that cannot go on: its numbers tell so. */
final class TrainingFailedException extends IOException {
    private static final long serialVersionUID = 1;

    TrainingFailedException(Problem problem) {
        super(problem.toString());
    }
}
