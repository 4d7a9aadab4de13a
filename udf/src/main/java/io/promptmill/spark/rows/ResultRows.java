package io.promptmill.spark.rows;

import io.promptmill.Completion;
import io.promptmill.OptionWord;
import io.promptmill.PromptResult;
import io.promptmill.spark.rows.PromptReader.ReadRow;
import io.promptmill.spark.seam.ScalaCollections;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Writes results as rows of {@link PromptColumns#outputSchema()}. Stateless. */
final class ResultRows {
    private final PromptColumns columns;

    ResultRows(PromptColumns columns) {
        this.columns = columns;
    }

    /** The rows that answer a row: one per sequence, or one. */
    List<Row> of(ReadRow read, PromptResult result) {
        if (columns.layout() == OutputLayout.GROUPED) {
            return List.of(grouped(read, result));
        }
        if (result.completions().isEmpty()) {
            return List.of(exploded(read, result, null));
        }
        return result.completions().stream()
                .map(completion -> exploded(read, result, completion))
                .toList();
    }

    private Row grouped(ReadRow read, PromptResult result) {
        List<Object> values = new ArrayList<>(Arrays.asList(read.id(), read.text()));
        Object[] sequences = result.completions().stream()
                .map(completion -> {
                    List<Object> fields = new ArrayList<>(continuation(completion));
                    fields.addAll(measures(completion));
                    return RowFactory.create(fields.toArray());
                })
                .toArray();
        values.add(ScalaCollections.rowArray(sequences));
        values.add(promptTokens(result));
        values.addAll(ending(read, result));
        return RowFactory.create(values.toArray());
    }

    private Row exploded(ReadRow read, PromptResult result, Completion completion) {
        List<Object> values = new ArrayList<>(Arrays.asList(read.id(), read.text()));
        values.addAll(continuation(completion));
        values.add(promptTokens(result));
        values.addAll(measures(completion));
        values.addAll(ending(read, result));
        return RowFactory.create(values.toArray());
    }

    private static List<Object> continuation(Completion completion) {
        if (completion == null) {
            return Collections.nCopies(5, null);
        }
        return Arrays.asList(
                completion.index(),
                completion.text(),
                ScalaCollections.rowArray(completion.tokenIds().toArray()),
                OptionWord.of(completion.finishReason()),
                completion.stopReason());
    }

    private List<Object> measures(Completion completion) {
        boolean included = columns.logprobs() == TokenLogprobs.INCLUDED;
        if (completion == null) {
            return Collections.nCopies(included ? 3 : 2, null);
        }
        List<Object> values = new ArrayList<>(List.of(completion.tokenIds().size(), completion.cumulativeLogprob()));
        if (included) {
            values.add(ScalaCollections.rowArray(completion.tokenLogprobs().toArray(Float[]::new)));
        }
        return values;
    }

    private static Object promptTokens(PromptResult result) {
        return result.status() == PromptResult.Status.OK ? result.promptTokens() : null;
    }

    private List<Object> ending(ReadRow read, PromptResult result) {
        List<Object> values = new ArrayList<>(Arrays.asList(
                OptionWord.of(result.status()),
                result.problem() == null ? null : result.problem().toString()));
        values.addAll(columns.carried(read.row()));
        return values;
    }
}
