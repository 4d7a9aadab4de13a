package io.promptmill.jobs.finetune;

import io.promptmill.jobs.card.CardAuthor;
import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.spark.executor.RequestedDevice;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one run of {@code finetune} is asked to do, every value checked.
 *
 * @param data where the rows are
 * @param evalData held-out rows; empty for those that belong to the data
 * @param output the folder of versions
 * @param earlierRuns what happens to a run that was interrupted
 * @param start the model to start from
 * @param training how it is trained
 * @param device where
 * @param threads on a CPU; empty for {@code auto}
 * @param author what the card says of who made the model
 */
record FinetuneSettings(
        String data,
        Optional<String> evalData,
        String output,
        EarlierRuns earlierRuns,
        StartSettings start,
        TrainingSettings training,
        RequestedDevice device,
        OptionalInt threads,
        CardAuthor author) {
    private static final int MAX_THREADS = 1_024;

    /** What happens to a run that was interrupted. */
    enum EarlierRuns {
        /** It stays as it is. */
        LEFT,
        /** It goes on. */
        CONTINUED
    }

    static FinetuneSettings read(OptionReader read) throws RefusalException {
        return new FinetuneSettings(
                read.text(FinetuneOption.DATA),
                read.textIfGiven(FinetuneOption.EVAL_DATA),
                read.text(FinetuneOption.OUTPUT),
                read.flag(FinetuneOption.RESUME) ? EarlierRuns.CONTINUED : EarlierRuns.LEFT,
                StartSettings.read(read),
                TrainingSettings.read(read),
                read.choice(FinetuneOption.DEVICE, RequestedDevice.class),
                read.countOrAuto(FinetuneOption.THREADS, MAX_THREADS),
                AuthorOptions.read(read));
    }
}
