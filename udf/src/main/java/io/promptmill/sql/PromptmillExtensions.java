package io.promptmill.sql;

import io.promptmill.spark.seam.ScalaCollections;
import java.util.List;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.trees.CurrentOrigin;
import scala.Tuple3;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Adds {@code generate_text}, {@code try_generate_text}, {@code generate_sequences} and {@code try_generate_sequences} to
 * the sessions of an application:
 *
 * <pre>{@code
 * spark-sql --jars promptmill.jar --conf spark.sql.extensions=io.promptmill.sql.PromptmillExtensions
 * }</pre>
 *
 * <p>Stateless; Spark makes one by itself.
 */
public final class PromptmillExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
    @Override
    public BoxedUnit apply(SparkSessionExtensions extensions) {
        for (GenerationFunction function : GenerationFunction.values()) {
            extensions.injectFunction(new Tuple3<>(
                    new FunctionIdentifier(function.sqlName()),
                    info(function),
                    arguments -> call(function, ScalaCollections.javaList(arguments))));
        }
        extensions.injectPostHocResolutionRule(ExtractGeneration::new);
        // Once more, for what only the optimiser brings into reach, such as the body of a correlated subquery.
        extensions.injectOptimizerRule(ExtractGeneration::new);
        extensions.injectOptimizerRule(PushThroughGeneration::new);
        extensions.injectPlannerStrategy(session -> new GenerationStrategy());
        return BoxedUnit.UNIT;
    }

    /** What {@code DESCRIBE FUNCTION} shows. */
    private static ExpressionInfo info(GenerationFunction function) {
        return new ExpressionInfo(
                GenerationCall.class.getName(),
                null,
                function.sqlName(),
                function.sqlName() + "(prompt[, settings]) - " + function.help(),
                """

                    Arguments:
                      * prompt - a STRING; for NULL the value is NULL
                      * settings - a MAP of STRINGs, a STRUCT or a STRING with a JSON object, by the names of Hugging Face,
                          such as max_new_tokens, do_sample, seed; model where it is not spark.promptmill.model; id, which
                          may be a column, keys the random numbers of a row
                """,
                "",
                "",
                "",
                "",
                "",
                "built-in");
    }

    private static Expression call(GenerationFunction function, List<Expression> arguments) {
        return switch (arguments.size()) {
            case 1 -> GenerationCall.of(function, arguments.get(0));
            case 2 -> new GenerationCall(function, arguments.get(0), arguments.get(1));
            default -> throw SqlRefusal.of(
                    function.sqlName() + " takes a prompt and, if you like, settings, but was given " + arguments.size()
                            + " arguments: several settings are one map, struct or JSON text",
                    CurrentOrigin.get());
        };
    }
}
