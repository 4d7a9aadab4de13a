package io.promptmill.sql;

import io.promptmill.spark.executor.PartitionPredictor;
import io.promptmill.spark.seam.ScalaCollections;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Option;
import scala.collection.immutable.Seq;

/** Adds the value of a call to each row of a partition. Immutable; travels with tasks. */
final class RowGenerator implements Serializable {
    private static final long serialVersionUID = 1;
    private static final int NONE = -1;

    private final PartitionPredictor predictor;
    private final ResultValue value;
    private final int promptPosition;
    private final int idPosition;
    private final DataType idType;
    private final Seq<Attribute> output;
    private final RowMetrics metrics;

    /**
     * A generator; made on the driver.
     *
     * @param columns those of the rows
     * @param prompt one of them
     * @param id one of them, or none
     */
    RowGenerator(
            PartitionPredictor predictor,
            ResultValue value,
            List<Attribute> columns,
            Attribute prompt,
            Option<Attribute> id,
            Attribute result,
            RowMetrics metrics) {
        this.predictor = predictor;
        this.value = value;
        this.promptPosition = position(prompt, columns);
        this.idPosition = id.isDefined() ? position(id.get(), columns) : NONE;
        this.idType = id.isDefined() ? id.get().dataType() : DataTypes.NullType;
        List<Attribute> all = new ArrayList<>(columns);
        all.add(result);
        this.output = ScalaCollections.seq(all);
        this.metrics = metrics;
    }

    private static int position(Attribute attribute, List<Attribute> columns) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).exprId().equals(attribute.exprId())) {
                return i;
            }
        }
        throw new IllegalStateException(attribute + " is not among " + columns);
    }

    /**
     * The rows with their values, lazily and in order. Each is valid until the next one is asked for.
     *
     * @param rows of the child; each need be valid only until the next one is asked for
     */
    Iterator<InternalRow> generate(Iterator<InternalRow> rows) {
        return new Partition(rows);
    }

    /** The prompt as a predictor reads it, or null where the row has none. */
    private Row prompt(InternalRow row) {
        if (row.isNullAt(promptPosition)) {
            return null;
        }
        UTF8String text = row.getUTF8String(promptPosition);
        if (idPosition == NONE) {
            return RowFactory.create((Object) text.getBytes());
        }
        Object id = row.isNullAt(idPosition)
                ? null
                : CatalystTypeConverters.convertToScala(row.get(idPosition, idType), idType);
        return RowFactory.create(id, text.getBytes());
    }

    /** A row that waits for its value. */
    private record Waiting(InternalRow row, Row prompt) {}

    /** The rows of one task; single-threaded. Ended by Spark with the task. */
    private final class Partition implements Iterator<InternalRow> {
        private final Iterator<InternalRow> rows;
        private final Iterator<Row> answers = predictor.predict(new Prompts());
        private final UnsafeProjection projection =
                UnsafeProjection.create(ScalaCollections.<Expression>seq(ScalaCollections.javaList(output)), output);
        private final JoinedRow joined = new JoinedRow();

        /** Rows read and not given back yet; the engine reads ahead. */
        private final Deque<Waiting> waiting = new ArrayDeque<>();
        /** Those prompts of them that the engine has not taken yet. */
        private final Deque<Row> untaken = new ArrayDeque<>();

        Partition(Iterator<InternalRow> rows) {
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            return !waiting.isEmpty() || readRow();
        }

        @Override
        public InternalRow next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Waiting first = waiting.element();
            Object generated = first.prompt() == null ? null : counted(first.prompt(), answers.next());
            waiting.remove();
            InternalRow added = new GenericInternalRow(new Object[] {generated});
            return projection.apply(joined.apply(first.row(), added));
        }

        private Object counted(Row prompt, Row answer) {
            metrics.prompts().add(1);
            if (ResultValue.isOk(answer)) {
                metrics.tokens().add(ResultValue.tokens(answer));
            } else {
                metrics.rejected().add(1);
            }
            return value.of(prompt, answer);
        }

        private boolean readRow() {
            if (!rows.hasNext()) {
                return false;
            }
            InternalRow row = rows.next().copy();
            Row prompt = prompt(row);
            waiting.add(new Waiting(row, prompt));
            if (prompt != null) {
                untaken.add(prompt);
            }
            return true;
        }

        /** The prompts as a predictor sees them; rows without one are kept for their turn. */
        private final class Prompts implements Iterator<Row> {
            @Override
            public boolean hasNext() {
                while (untaken.isEmpty()) {
                    if (!readRow()) {
                        return false;
                    }
                }
                return true;
            }

            @Override
            public Row next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return untaken.remove();
            }
        }
    }
}
