package io.promptmill.sql;

import io.promptmill.spark.seam.ScalaCollections;
import java.util.Map;
import org.apache.spark.QueryContext;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.trees.Origin;
import scala.Option;

/** Ends the analysis of a query with a message for its author, at the place in its text. Stateless. */
final class SqlRefusal {
    private SqlRefusal() {}

    /**
     * The refusal, thrown as Spark's own are: an {@link AnalysisException}, which Java would have declared and Spark's
     * interfaces do not.
     */
    static RuntimeException of(String message, Origin origin) {
        return undeclared(new AnalysisException(
                message,
                origin.line(),
                origin.startPosition(),
                Option.empty(),
                Option.empty(),
                ScalaCollections.map(Map.of()),
                new QueryContext[0]));
    }

    @SuppressWarnings("unchecked") // the cast is to whatever the compiler takes for undeclared
    private static <E extends Exception> RuntimeException undeclared(Exception e) throws E {
        throw (E) e;
    }
}
