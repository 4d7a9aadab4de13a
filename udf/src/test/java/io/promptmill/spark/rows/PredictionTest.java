package io.promptmill.spark.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.promptmill.Completion;
import io.promptmill.FinishReason;
import io.promptmill.Problem;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.TokenIds;
import io.promptmill.generation.GenerationStats;
import io.promptmill.spark.TestSpark;
import io.promptmill.spark.seam.ScalaCollections;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import scala.collection.Seq;

@Tag("spark")
final class PredictionTest {
    private static final String INPUT = "id INT, prompt STRING, lang STRING";

    private final ScriptedEngine engine = new ScriptedEngine();
    private final List<String> told = new ArrayList<>();
    private final PredictionObserver observer = new PredictionObserver() {
        @Override
        public void answered(Prediction prediction) {
            told.add(prediction.outcomes().total() + " answered, "
                    + prediction.stats().prefills() + " taken");
        }

        @Override
        public void ended(Prediction prediction) {
            told.add("ended with " + prediction.promptTokens() + " prompt tokens");
        }
    };
    private int opened;
    private int pulled;

    /** Reads two prompts ahead; answers each with two sequences, or fails it where the prompt says so. */
    private static final class ScriptedEngine implements PromptEngine {
        private boolean closed;
        private boolean mixesUpIds;
        private int taken;

        @Override
        public Iterator<PromptResult> generate(Iterator<Prompt> prompts) {
            Deque<Prompt> inFlight = new ArrayDeque<>();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return !inFlight.isEmpty() || prompts.hasNext();
                }

                @Override
                public PromptResult next() {
                    while (inFlight.size() < 3 && prompts.hasNext()) {
                        inFlight.add(prompts.next());
                        taken++;
                    }
                    return answer(inFlight.remove());
                }
            };
        }

        @Override
        public PromptResult generateAlone(Prompt prompt) {
            return generate(List.of(prompt).iterator()).next();
        }

        private PromptResult answer(Prompt prompt) {
            if (prompt.text().equals("fail")) {
                return PromptResult.failed(prompt.id(), new Problem("nan_logits", "what", "why", "remedy"));
            }
            List<Completion> completions = IntStream.range(0, 2)
                    .mapToObj(index -> new Completion(
                            index,
                            prompt.text() + index,
                            TokenIds.of(7, index),
                            FinishReason.LENGTH,
                            null,
                            -1.5,
                            List.of(-1f, -0.5f)))
                    .toList();
            return PromptResult.ok(mixesUpIds ? "another" : prompt.id(), 4, completions);
        }

        @Override
        public GenerationStats stats() {
            return new GenerationStats(taken, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static Row row(int id, String prompt) {
        return RowFactory.create(id, prompt == null ? null : prompt.getBytes(StandardCharsets.UTF_8), "en");
    }

    private Prediction predict(OutputLayout layout, TokenLogprobs logprobs, Row... rows) throws InputRefusedException {
        PromptColumns columns = PromptColumns.of(StructType.fromDDL(INPUT), "id", "prompt", layout, logprobs);
        Iterator<Row> source = List.of(rows).iterator();
        Iterator<Row> counted = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return source.hasNext();
            }

            @Override
            public Row next() {
                pulled++;
                return source.next();
            }
        };
        RowLog log = new RowLog(columns, LoggedText.OMITTED);
        return new Prediction(
                counted,
                new PromptReader(columns, List.of()),
                new ResultRows(columns),
                log,
                () -> {
                    opened++;
                    return engine;
                },
                observer);
    }

    /** The values of a row, arrays as Java shows them. */
    private static String shown(Row row) {
        return IntStream.range(0, row.length())
                .mapToObj(row::get)
                .map(value -> value instanceof Seq<?> array ? ScalaCollections.javaList(array) : value)
                .map(String::valueOf)
                .collect(Collectors.joining("|"));
    }

    private static List<Row> all(Prediction prediction) {
        List<Row> rows = new ArrayList<>();
        prediction.forEachRemaining(rows::add);
        return rows;
    }

    @Test
    void rowsComeInInputOrderWithRejectedOnesInPlace() throws Exception {
        Prediction prediction = predict(
                OutputLayout.EXPLODED,
                TokenLogprobs.OMITTED,
                row(1, null),
                row(2, "a"),
                row(3, null),
                row(4, null),
                row(5, "fail"),
                row(6, "b"),
                row(7, null));

        List<Row> rows = all(prediction);
        assertThat(rows).extracting(row -> row.getInt(0)).containsExactly(1, 2, 2, 3, 4, 5, 6, 6, 7);
        assertThat(rows)
                .extracting(row -> row.getString(10))
                .containsExactly("rejected", "ok", "ok", "rejected", "rejected", "failed", "ok", "ok", "rejected");
        assertThat(prediction.outcomes()).isEqualTo(new Outcomes(2, 4, 1));
        assertThat(prediction.problems())
                .containsExactly(
                        new ProblemCount("failed", "nan_logits", 1, "5", "nan_logits: what, why, remedy"),
                        new ProblemCount(
                                "rejected", "null_prompt", 4, "1", rows.get(0).getString(11)));
        assertThat(prediction.outcomes().total()).isEqualTo(7);
        assertThat(prediction.sequences())
                .isEqualTo(new SequenceCounts(
                        0,
                        0,
                        4,
                        new TokenLengths(8, 4, List.of(0L, 0L, 0L, 0L, 2L)),
                        new TokenLengths(8, 2, List.of(0L, 0L, 4L))));
        assertThat(opened).isEqualTo(1);
    }

    @Test
    void explodedRowsHoldEveryColumn() throws Exception {
        List<Row> rows = all(predict(OutputLayout.EXPLODED, TokenLogprobs.INCLUDED, row(2, "a"), row(5, "fail")));

        assertThat(shown(rows.get(1))).isEqualTo("2|a|1|a1|[7, 1]|length|null|4|2|-1.5|[-1.0, -0.5]|ok|null|en");
        assertThat(rows.get(2).mkString("|"))
                .isEqualTo("5|fail|null|null|null|null|null|null|null|null|null|failed"
                        + "|nan_logits: what, why, remedy|en");
    }

    @Test
    void groupedRowsAnswerEveryPromptOnce() throws Exception {
        List<Row> rows =
                all(predict(OutputLayout.GROUPED, TokenLogprobs.OMITTED, row(1, null), row(2, "a"), row(5, "fail")));

        assertThat(rows).hasSize(3);
        assertThat(rows.get(0).getList(2)).isEmpty();
        assertThat(rows.get(0).isNullAt(3)).isTrue();
        List<Row> sequences = rows.get(1).getList(2);
        assertThat(sequences).extracting(sequence -> sequence.getString(1)).containsExactly("a0", "a1");
        assertThat(shown(sequences.get(1))).isEqualTo("1|a1|[7, 1]|length|null|2|-1.5");
        assertThat(rows.get(1).getInt(3)).isEqualTo(4);
        assertThat(rows.get(2).getString(4)).isEqualTo("failed");
    }

    @Test
    void rowsFitTheirSchemaInSpark() throws Exception {
        for (OutputLayout layout : OutputLayout.values()) {
            PromptColumns columns =
                    PromptColumns.of(StructType.fromDDL(INPUT), "id", "prompt", layout, TokenLogprobs.INCLUDED);
            List<Row> rows = all(predict(layout, TokenLogprobs.INCLUDED, row(1, null), row(2, "a"), row(5, "fail")));

            List<Row> back = TestSpark.session()
                    .createDataFrame(rows, columns.outputSchema())
                    .collectAsList();
            assertThat(back).hasToString(rows.toString());
        }
    }

    @Test
    void rowsArePulledOnlyAsFarAsTheEngineReadsAhead() throws Exception {
        Prediction prediction = predict(
                OutputLayout.GROUPED,
                TokenLogprobs.OMITTED,
                row(1, null),
                row(2, "a"),
                row(3, "b"),
                row(4, "c"),
                row(5, "d"));

        assertThat(pulled).isZero();
        prediction.next();
        assertThat(pulled).isEqualTo(1);
        assertThat(opened).isZero();
        prediction.next();
        assertThat(pulled).isEqualTo(4);
        assertThat(prediction.stats().prefills()).isEqualTo(3);
    }

    @Test
    void withoutAGoodPromptNoModelIsTaken() throws Exception {
        Prediction prediction = predict(OutputLayout.GROUPED, TokenLogprobs.OMITTED, row(1, null), row(2, null));

        assertThat(all(prediction)).hasSize(2);
        assertThat(opened).isZero();
        assertThat(prediction.stats()).isEqualTo(GenerationStats.NONE);
    }

    @Test
    void theEndClosesTheEngineAndKeepsItsNumbers() throws Exception {
        Prediction prediction = predict(OutputLayout.GROUPED, TokenLogprobs.OMITTED, row(2, "a"));

        prediction.next();
        assertThat(engine.closed).isFalse();
        assertThat(prediction.hasNext()).isFalse();
        assertThat(engine.closed).isTrue();
        assertThat(prediction.stats().prefills()).isEqualTo(1);
    }

    @Test
    void closingEndsIt() throws Exception {
        Prediction prediction = predict(OutputLayout.GROUPED, TokenLogprobs.OMITTED, row(2, "a"), row(3, "b"));
        prediction.next();

        prediction.close();
        prediction.close();

        assertThat(engine.closed).isTrue();
        assertThat(prediction.hasNext()).isFalse();
        assertThat(told)
                .containsExactly("1 answered, 2 taken", "ended with 4 prompt tokens", "ended with 4 prompt tokens");
    }

    @Test
    void anObserverIsToldOfEachOutcomeAndOfTheEnd() throws Exception {
        all(predict(OutputLayout.GROUPED, TokenLogprobs.OMITTED, row(1, null), row(2, "a"), row(5, "fail")));

        assertThat(told)
                .containsExactly(
                        "1 answered, 0 taken",
                        "2 answered, 2 taken",
                        "3 answered, 2 taken",
                        "ended with 4 prompt tokens");
    }

    @Test
    void anAnswerToAnotherPromptIsNoticed() throws Exception {
        engine.mixesUpIds = true;
        Prediction prediction = predict(OutputLayout.GROUPED, TokenLogprobs.OMITTED, row(2, "a"));

        assertThatIllegalStateException()
                .isThrownBy(prediction::next)
                .withMessage("the engine answered prompt another when 2 was next");
    }
}
