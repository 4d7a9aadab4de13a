package io.promptmill.jobs.finetune;

import io.promptmill.Amount;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.tokens.BlockForm;
import io.promptmill.jobs.tokens.RowEncoder;
import io.promptmill.jobs.tokens.TokenRow;
import io.promptmill.jobs.tokens.TokenRows;
import io.promptmill.jobs.tokens.TokenTally;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * All data of a run as tokens, counted and checked.
 *
 * @param train rows to train on, in one partition
 * @param heldOut held-out rows, in one partition; none where nothing is held out
 * @param trainTally how much there is to train on
 * @param heldOutTally how much is held out; empty where nothing is
 * @param form how rows become blocks
 */
record TrainingRows(
        JavaRDD<TokenRow> train,
        JavaRDD<TokenRow> heldOut,
        TokenTally trainTally,
        Optional<TokenTally> heldOutTally,
        BlockForm form) {
    /** Rows of a block of token ids that are shown where their lengths differ. */
    private static final int FIRST = 1;

    /**
     * Reads all rows once, by Spark jobs; what they leave in Spark's shuffle files the training reads again.
     *
     * @param blockSize tokens of a block where rows are texts
     * @param separator token between texts; null where there is no such token
     */
    static TrainingRows check(
            JavaSparkContext spark, TrainingInput input, RowEncoder encoder, int blockSize, Integer separator)
            throws RefusalException {
        JavaRDD<TokenRow> train = input.train().ordered(encoder);
        TokenTally tally = tally(train, FinetuneOption.DATA, input.train());
        Optional<TokenRows> eval = input.heldOut();
        JavaRDD<TokenRow> heldOut =
                eval.isPresent() ? eval.get().ordered(encoder) : spark.parallelize(List.<TokenRow>of(), 1);
        Optional<TokenTally> heldOutTally =
                eval.isPresent() ? Optional.of(tally(heldOut, input.heldOutOption(), eval.get())) : Optional.empty();
        BlockForm form = input.train().kind() == TokenRows.Kind.TEXTS
                ? new BlockForm(blockSize, separator)
                : new BlockForm(tally.longest(), null);
        TrainingRows rows = new TrainingRows(train, heldOut, tally, heldOutTally, form);
        rows.requireBlocks(input);
        return rows;
    }

    /** Sentences a user should see: rows that cannot be used. */
    List<String> warnings(TrainingInput input) {
        List<String> sentences = new ArrayList<>();
        unusable(trainTally, FinetuneOption.DATA).ifPresent(sentences::add);
        heldOutTally.flatMap(tally -> unusable(tally, input.heldOutOption())).ifPresent(sentences::add);
        return sentences;
    }

    private static Optional<String> unusable(TokenTally tally, FinetuneOption option) {
        return tally.faulty() == 0
                ? Optional.empty()
                : Optional.of(Amount.of(tally.faulty(), "row") + " of "
                        + option.option().dashed() + " cannot be used, the first is " + tally.firstFault());
    }

    /** Blocks of an epoch. */
    int blocks() {
        return Math.toIntExact(form.count(trainTally));
    }

    private static TokenTally tally(JavaRDD<TokenRow> rows, FinetuneOption option, TokenRows source)
            throws RefusalException {
        TokenTally tally = rows.mapPartitions(TrainingRows::tallied).collect().get(0);
        if (source.kind() == TokenRows.Kind.TOKEN_IDS && tally.faulty() > 0) {
            throw RefusalException.input(
                    "token_ids_unusable",
                    option.option().dashed() + " has " + Amount.of(tally.faulty(), "row")
                            + " without a block, the first is " + tally.firstFault(),
                    "every row of input_ids is a block of the model's token ids",
                    "correct these rows or leave them out");
        }
        return tally;
    }

    private static Iterator<TokenTally> tallied(Iterator<TokenRow> rows) {
        return List.of(TokenTally.of(rows)).iterator();
    }

    private void requireBlocks(TrainingInput input) throws RefusalException {
        if (form.separator() == null) {
            requireSameLength(trainTally, FinetuneOption.DATA);
            if (heldOutTally.isPresent()) {
                requireSameLength(heldOutTally.get(), input.heldOutOption());
            }
        }
        if (form.count(trainTally) < FIRST) {
            throw RefusalException.input(
                    "data_too_short",
                    "--data " + input.train().path() + " has " + trainTally.rows() + " texts of "
                            + trainTally.joinedTokens() + " tokens in all",
                    "a block has " + form.size() + " tokens, and there is no whole one"
                            + (trainTally.faulty() > 0
                                    ? "; " + Amount.of(trainTally.faulty(), "row") + " cannot be used, the first is "
                                            + trainTally.firstFault()
                                    : ""),
                    "give more text or a smaller --block-size");
        }
        if (heldOutTally.filter(tally -> tally.rows() == 0).isPresent()) {
            throw RefusalException.input(
                    "held_out_empty",
                    input.heldOutOption().option().dashed() + " "
                            + input.heldOut().orElseThrow().path() + " holds no text that can be used",
                    "a loss on nothing says nothing",
                    "hold out more in prepare, or give other rows with --eval-data");
        }
    }

    private void requireSameLength(TokenTally tally, FinetuneOption option) throws RefusalException {
        if (tally.ragged() != null || (tally.rows() > 0 && tally.longest() != form.size())) {
            throw RefusalException.input(
                    "blocks_ragged",
                    option.option().dashed() + " has blocks of " + form.size() + " tokens and others"
                            + (tally.ragged() == null ? "" : ", the first is " + tally.ragged()),
                    "all blocks of input_ids have one length",
                    "cut or fill them to one length");
        }
    }
}
