package io.promptmill.sql;

import io.promptmill.OptionWord;
import io.promptmill.PromptResult;
import io.promptmill.Sha256;
import java.io.Serializable;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.types.DataType;
import scala.Function1;
import scala.collection.Seq;

/** Makes the value of a call of a row that a predictor answers in the grouped layout. Immutable; travels with tasks. */
final class ResultValue implements Serializable {
    private static final long serialVersionUID = 1;

    /** Where the grouped layout has what is read, after id and prompt. */
    static final int SEQUENCES = 2;

    private static final int STATUS = 4;
    private static final int ERROR = 5;

    private static final int TEXT_OF_SEQUENCE = 1;
    private static final int TOKENS_OF_SEQUENCE = 5;

    private static final int MAX_ID_CHARACTERS = 200;

    private final GenerationFunction function;
    private final DataType type;
    private transient Function1<Object, Object> converter;

    /** @param type of the function's value */
    ResultValue(GenerationFunction function, DataType type) {
        this.function = function;
        this.type = type;
    }

    static boolean isOk(Row answer) {
        return answer.getString(STATUS).equals(OptionWord.of(PromptResult.Status.OK));
    }

    /** Tokens of all its sequences. */
    static long tokens(Row answer) {
        Seq<?> sequences = answer.getAs(SEQUENCES);
        long tokens = 0;
        for (int i = 0; i < sequences.size(); i++) {
            tokens += ((Row) sequences.apply(i)).getInt(TOKENS_OF_SEQUENCE);
        }
        return tokens;
    }

    /**
     * The value in Spark's internal form, or null where a bad row gives none.
     *
     * @param prompt the row that was asked: an id, where there is one, and the prompt's bytes
     * @throws BadRowException where a bad row is not allowed
     */
    Object of(Row prompt, Row answer) {
        if (!isOk(answer)) {
            if (function.badRows() == GenerationFunction.BadRows.NULL) {
                return null;
            }
            throw new BadRowException(function.sqlName() + " cannot continue the prompt " + named(prompt) + ": "
                    + answer.getString(ERROR) + "; to have NULL for such a row, call try_" + function.sqlName());
        }
        if (converter == null) {
            converter = CatalystTypeConverters.createToCatalystConverter(type);
        }
        Seq<?> sequences = answer.getAs(SEQUENCES);
        return converter.apply(
                function.returned() == GenerationFunction.Returned.TEXT
                        ? ((Row) sequences.apply(0)).get(TEXT_OF_SEQUENCE)
                        : sequences);
    }

    /** By its id, or else so that it can be found; messages hold no text of prompts. */
    private static String named(Row prompt) {
        if (prompt.size() > 1) {
            String id = String.valueOf(prompt.get(0)).replaceAll("\\p{Cntrl}", "?");
            return "of the row with the id "
                    + (id.length() <= MAX_ID_CHARACTERS ? id : id.substring(0, MAX_ID_CHARACTERS) + "...");
        }
        byte[] utf8 = prompt.getAs(0);
        return String.format(
                Locale.ROOT,
                "of %d bytes with sha2(prompt, 256) = '%s'",
                utf8.length,
                Sha256.hex(Sha256.newDigest().digest(utf8)));
    }
}
