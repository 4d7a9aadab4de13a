package io.promptmill.sql;

import io.promptmill.spark.seam.ScalaCollections;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.trees.CurrentOrigin;
import scala.Function1;
import scala.Tuple3;
import scala.collection.Seq;
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
    /** One each for all sessions, since Spark warns of a function that replaces another. */
    private static final Map<GenerationFunction, ExpressionInfo> INFOS = Arrays.stream(GenerationFunction.values())
            .collect(Collectors.toMap(Function.identity(), PromptmillExtensions::info));

    @Override
    public BoxedUnit apply(SparkSessionExtensions extensions) {
        INFOS.forEach((function, info) -> {
            FunctionIdentifier name = new FunctionIdentifier(function.sqlName());
            // Spark 3.5 takes what is not among its own for temporary, and a view that is kept may call nothing
            // temporary.
            FunctionRegistry.builtin().registerFunction(name, info, new Call<>(function));
            extensions.injectFunction(new Tuple3<>(name, info, new Call<>(function)));
        });
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

    /**
     * Makes the expression of a call.
     *
     * @param <S> the sequence of arguments, which is another type in each Scala
     */
    private record Call<S>(GenerationFunction function) implements Function1<S, Expression> {
        @Override
        @SuppressWarnings("unchecked") // as Spark declares it
        public Expression apply(S list) {
            List<Expression> arguments = ScalaCollections.javaList((Seq<Expression>) list);
            return switch (arguments.size()) {
                case 1 -> GenerationCall.of(function, arguments.get(0));
                case 2 -> new GenerationCall(function, arguments.get(0), arguments.get(1));
                default -> throw SqlRefusal.of(
                        function.sqlName() + " takes a prompt and, if you like, settings, but was given "
                                + arguments.size() + " arguments: several settings are one map, struct or JSON text",
                        CurrentOrigin.get());
            };
        }
    }
}
