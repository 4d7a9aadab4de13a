package io.promptmill.jobs.finetune;

import io.promptmill.jobs.counts.UserCounts;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.tokens.TokenRows;
import io.promptmill.jobs.tokens.TokenTally;
import io.promptmill.jobs.tracking.Artifact;
import io.promptmill.jobs.tracking.ArtifactKind;
import io.promptmill.jobs.tracking.Lineage;
import io.promptmill.jobs.tracking.ModelReference;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * What a run learns from, opened.
 *
 * @param path where it was said to be
 * @param prepared the folder, where the command prepare wrote it; empty for rows of another kind
 * @param train rows to train on
 * @param heldOut held-out rows, of the same kind; empty where nothing is held out
 * @param heldOutOption the option that gave them
 */
record TrainingInput(
        String path,
        Optional<PreparedFolder> prepared,
        TokenRows train,
        Optional<TokenRows> heldOut,
        FinetuneOption heldOutOption) {
    /** Opens the data of these settings. */
    static TrainingInput open(SparkSession spark, FinetuneSettings settings) throws RefusalException {
        Optional<PreparedFolder> prepared =
                PreparedFolder.find(settings.data(), spark.sparkContext().hadoopConfiguration());
        FinetuneOption option = settings.evalData().isPresent() ? FinetuneOption.EVAL_DATA : FinetuneOption.DATA;
        Optional<String> heldOutPath = settings.evalData().or(() -> prepared.flatMap(PreparedFolder::heldOut));
        String needing = settings.training().optionThatNeedsHeldOutData();
        if (heldOutPath.isEmpty() && needing != null) {
            throw RefusalException.usage(
                    "held_out_missing",
                    needing + " is given and nothing is held out",
                    "it goes by the loss on held-out data",
                    "give --eval-data, or data of prepare with a held-out share");
        }
        TokenRows train = TokenRows.open(
                spark,
                FinetuneOption.DATA.option().dashed(),
                prepared.map(PreparedFolder::train).orElse(settings.data()));
        Optional<TokenRows> heldOut = heldOutPath.isPresent()
                ? Optional.of(TokenRows.open(spark, option.option().dashed(), heldOutPath.get()))
                : Optional.empty();
        if (heldOut.isPresent() && heldOut.get().kind() != train.kind()) {
            throw RefusalException.input(
                    "data_differ",
                    "--data has " + train.kind().words() + " and --eval-data has "
                            + heldOut.get().kind().words(),
                    "losses of different kinds of rows cannot be compared",
                    "give both in the same form");
        }
        return new TrainingInput(settings.data(), prepared, train, heldOut, option);
    }

    /** A row a user; empty where the data tell of none. */
    List<UserCounts> counts() {
        return prepared.map(PreparedFolder::counts).orElse(List.of());
    }

    /** The digest of what is trained on: what {@code prepare} says, or else that of the tokens. */
    String digest(TokenTally tally) {
        return prepared.map(folder -> folder.data().train().digest()).orElse(tally.digest());
    }

    /** The digest of what is held out, by the same rule. */
    String heldOutDigest(TokenTally tally) {
        return heldOutOption == FinetuneOption.EVAL_DATA
                ? tally.digest()
                : prepared.map(folder -> folder.data().heldOut().digest()).orElse(tally.digest());
    }

    /** Texts to train on, passes not counted. */
    long posts(TokenTally tally) {
        return prepared.map(PreparedFolder::posts).orElse(tally.rows());
    }

    /**
     * Where data and parent of a model come from.
     *
     * @param earlier lineage of the model's version before
     * @param digest of what is trained on
     * @param parent empty for a model from scratch
     */
    Lineage lineage(Lineage earlier, String digest, Optional<ModelReference> parent) {
        Lineage lineage = prepared.isPresent()
                ? prepared.get().lineage(earlier)
                : earlier.without(ArtifactKind.RAW).with(ArtifactKind.PREPARED, Artifact.nameOf(path), digest);
        return parent.isPresent()
                ? lineage.with(
                        ArtifactKind.PRETRAINED,
                        parent.get().name(),
                        parent.get().digest())
                : lineage.without(ArtifactKind.PRETRAINED);
    }
}
