package io.promptmill.jobs.finetune;

import io.promptmill.Problem;
import io.promptmill.TokenIds;
import io.promptmill.family.ModelShape;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.finetune.TrainingSettings.Products;
import io.promptmill.jobs.model.DeviceCheck;
import io.promptmill.jobs.model.JobModel;
import io.promptmill.jobs.tokens.BlockForm;
import io.promptmill.jobs.tokens.RowEncoder;
import io.promptmill.jobs.tokens.TokenRows.Kind;
import io.promptmill.spark.executor.PrefixTokens;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.util.Optional;
import org.apache.spark.SparkConf;

/** Whether settings, model and data fit one another. */
final class TrainingChecks {
    private static final int LONGEST_DEFAULT_BLOCK = 1_024;

    private final FinetuneSettings settings;
    private final JobModel model;
    private final TrainingInput input;

    TrainingChecks(FinetuneSettings settings, JobModel model, TrainingInput input) {
        this.settings = settings;
        this.model = model;
        this.input = input;
    }

    /** Refuses products of bfloat16 on a CPU. */
    static void bf16(FinetuneSettings settings, SparkConf conf) throws RefusalException {
        if (settings.training().products() == Products.BFLOAT16 && !DeviceCheck.isGpu(settings.device(), conf)) {
            throw RefusalException.usage(
                    "precision_not_on_device",
                    "--bf16 is given and the training runs on a CPU",
                    "it is built for GPUs only",
                    "leave --bf16 out, or let Spark assign a GPU to the task");
        }
    }

    /** What makes tokens of the data; refuses texts without a tokenizer. */
    RowEncoder encoder() throws RefusalException {
        int vocabulary = shape().vocabulary();
        return input.train().kind() == Kind.TEXTS
                ? new RowEncoder.OfTexts(tokenizer(), vocabulary)
                : new RowEncoder.OfTokenIds(vocabulary);
    }

    private TokenizerDefinition tokenizer() throws RefusalException {
        return model.tokenizerFor("the data are texts", "input_ids as data");
    }

    /** Tokens of a block, where rows are texts; refuses more than the model has positions. */
    int blockSize() throws RefusalException {
        int positions = shape().positions();
        int size = settings.training().blockSize().orElse(Math.min(LONGEST_DEFAULT_BLOCK, positions));
        if (size < 2 || size > positions) {
            throw RefusalException.usage(
                    "block_size_unusable",
                    "--block-size is " + size,
                    "each token of a block is predicted from those before it, and the model has " + positions
                            + " positions",
                    "choose 2 to " + positions);
        }
        return size;
    }

    /** The token between texts; null where rows are blocks. */
    Integer separator() throws RefusalException {
        if (input.train().kind() == Kind.TOKEN_IDS) {
            return null;
        }
        Optional<TokenIds> ids = PrefixTokens.of(ModelFiles.SEPARATOR, tokenizer());
        if (ids.isPresent() && ids.get().size() == 1 && ids.get().at(0) < shape().vocabulary()) {
            return ids.get().at(0);
        }
        throw new RefusalException(
                ExitCode.MODEL_REFUSED,
                ids.isPresent()
                        ? new Problem(
                                "separator_missing",
                                "the tokenizer of " + model.location() + " has no token " + ModelFiles.SEPARATOR,
                                "it stands between the texts of the data",
                                "add --add-special-tokens '" + ModelFiles.SEPARATOR + "'")
                        : new Problem(
                                "tokenizer_unusable",
                                "the driver cannot load the tokenizer",
                                "its native library is not built for this machine",
                                "run the driver on Linux x86-64, such as in cluster mode"));
    }

    /** Refuses blocks of token ids that are longer than the model has positions. */
    void blockFits(BlockForm form) throws RefusalException {
        if (form.size() > shape().positions()) {
            throw RefusalException.input(
                    "blocks_too_long",
                    "the blocks of --data have " + form.size() + " tokens",
                    "the model has " + shape().positions() + " positions",
                    "cut the blocks, or choose another model");
        }
    }

    private ModelShape shape() {
        return model.checkpoint().shape();
    }
}
