package io.promptmill.spark.rows;

import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOptions;
import io.promptmill.Problem;
import io.promptmill.Prompt;
import io.promptmill.TokenIds;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Row;
import scala.collection.Seq;

/** Reads selected rows as prompts. Immutable. */
final class PromptReader {
    private static final int MAX_MESSAGE_CHARACTERS = 300;

    private final PromptColumns columns;
    private final List<GenerationOptions> sources;
    private final GenerationConfig config;

    /**
     * A reader.
     *
     * @param sources settings of the sources below the row, highest precedence first
     * @throws IllegalArgumentException when the settings contradict one another
     */
    PromptReader(PromptColumns columns, List<GenerationOptions> sources) {
        this.columns = columns;
        this.sources = sources;
        this.config = GenerationConfig.resolve(sources);
    }

    /**
     * A row that was read: a prompt or a problem.
     *
     * @param row the selected row
     * @param id the value of the output's id column
     * @param text the prompt's text, or null where there is none that can be read
     * @param prompt null where there is a problem
     * @param problem null where there is a prompt
     */
    record ReadRow(Row row, Object id, String text, Prompt prompt, Problem problem) {}

    ReadRow read(Row row) {
        Object id = columns.id(row);
        Object value = columns.prompt(row);
        Optional<String> text = value instanceof byte[] utf8 ? Utf8Text.decode(utf8) : Optional.empty();
        Problem problem = null;
        Prompt prompt = null;
        try {
            String key = PromptColumns.canonical(id);
            checkRow(columns.problem(row));
            checkPrompt(value, id, text);
            RowSettings settings = settings(row);
            prompt = (text.isPresent()
                            ? Prompt.ofText(key, text.get(), settings.config())
                            : Prompt.ofTokenIds(key, tokenIds((Seq<?>) value), settings.config()))
                    .withSeed(settings.seed());
        } catch (RejectedRow e) {
            problem = e.problem;
        }
        return new ReadRow(row, id, text.orElse(null), prompt, problem);
    }

    private static void checkRow(String problem) throws RejectedRow {
        if (problem != null) {
            throw new RejectedRow(
                    "unreadable_row", "the row cannot be read", problem, "correct it in its file or leave it out");
        }
    }

    private static void checkPrompt(Object prompt, Object id, Optional<String> text) throws RejectedRow {
        if (prompt == null) {
            throw new RejectedRow(
                    "null_prompt",
                    "the prompt is null",
                    "only a text or a list of token ids can be continued, be it empty",
                    "fill the prompt in or drop the row");
        }
        if (id == null) {
            throw new RejectedRow(
                    "null_id",
                    "the id is null",
                    "it keys the row's random numbers",
                    "give the row an id or use no id column");
        }
        if (prompt instanceof byte[] utf8) {
            if (text.isEmpty()) {
                throw new RejectedRow(
                        "bad_encoding",
                        "the prompt is not UTF-8",
                        "its characters cannot be told from its bytes",
                        "write the input anew with the right character set");
            }
            if (utf8.length > PromptColumns.MAX_PROMPT_BYTES) {
                throw new RejectedRow(
                        "prompt_too_long",
                        "the prompt has " + utf8.length + " bytes",
                        "at most " + PromptColumns.MAX_PROMPT_BYTES + " are read",
                        "shorten the prompt");
            }
        }
    }

    private static TokenIds tokenIds(Seq<?> values) throws RejectedRow {
        int[] ids = new int[values.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = tokenId(values.apply(i), i);
        }
        return TokenIds.of(ids);
    }

    /** An id of any type of integers: other writers than Spark have wider ones. */
    private static int tokenId(Object value, int position) throws RejectedRow {
        if (value == null) {
            throw new RejectedRow(
                    "bad_token_ids",
                    "the token id at position " + position + " is null",
                    "every position needs an id of the vocabulary",
                    "drop the nulls from the row's prompt_token_ids");
        }
        try {
            return value instanceof BigDecimal decimal
                    ? decimal.intValueExact()
                    : Math.toIntExact(((Number) value).longValue());
        } catch (ArithmeticException e) {
            throw new RejectedRow(
                    "bad_token_ids",
                    "the token id at position " + position + " is " + value,
                    "no vocabulary has an id beyond 32 bits",
                    "correct the row's prompt_token_ids");
        }
    }

    private record RowSettings(GenerationConfig config, OptionalLong seed) {}

    private RowSettings settings(Row row) throws RejectedRow {
        Object samplingParams = columns.samplingParams(row);
        if (samplingParams == null) {
            return new RowSettings(config, OptionalLong.empty());
        }
        try {
            SamplingParams own = SamplingParams.read(samplingParams);
            List<GenerationOptions> withRow = new ArrayList<>(sources);
            withRow.add(0, own.options());
            return new RowSettings(GenerationConfig.resolve(withRow), own.seed());
        } catch (IllegalArgumentException e) {
            String message = e.getMessage();
            throw new RejectedRow(
                    "bad_sampling_params",
                    message.length() <= MAX_MESSAGE_CHARACTERS
                            ? message
                            : message.substring(0, MAX_MESSAGE_CHARACTERS) + "...",
                    "the row's own settings must all be understood",
                    "correct the row's sampling_params");
        }
    }

    /** Ends the reading of one row. */
    private static final class RejectedRow extends Exception {
        private static final long serialVersionUID = 1;

        private final Problem problem;

        RejectedRow(String code, String what, String why, String remedy) {
            // No stack trace: a whole input may consist of such rows.
            super(code, null, false, false);
            this.problem = new Problem(code, what, why, remedy);
        }
    }
}
