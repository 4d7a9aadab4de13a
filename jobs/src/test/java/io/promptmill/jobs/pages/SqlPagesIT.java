package io.promptmill.jobs.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.testing.SmallModel;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.sql.PromptmillExtensions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The statements of the pages are executed as they stand, from the top of a page down. */
@Tag("spark")
class SqlPagesIT {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"README.md", ".github/SQL.md"})
    void everyStatementOfAPageHasRows(String page) throws Exception {
        Path model = folder.resolve("gpt2");
        SmallModel.in(model);
        Path prompts = Files.writeString(folder.resolve("prompts.csv"), "prompt,topic\nthe sea,tales\nthe sun,work\n");
        SparkSession session = sessionWithFunctions();
        List<String> queries = new ArrayList<>();
        for (String statement : statements(page)) {
            List<Row> rows = session.sql(
                            statement.replace("=gpt2", "=" + model).replace("'prompts.csv'", "'" + prompts + "'"))
                    .collectAsList();
            if (statement.startsWith("SELECT")) {
                queries.add(statement);
                assertThat(rows).as(statement).isNotEmpty().allSatisfy(row -> assertThat(row.anyNull())
                        .isFalse());
            }
        }
        assertThat(queries).anyMatch(query -> query.contains("generate_text(prompt"));
        session.conf().unset("spark.promptmill.model");
    }

    private static List<String> statements(String page) throws Exception {
        List<String> statements = new ArrayList<>();
        for (Fence fence : Fence.of(page)) {
            if (fence.language().equals("sql")) {
                statements.addAll(List.of(fence.text().split(";(\\n|$)")));
            }
        }
        return statements;
    }

    /** Beside the session of all tests, on the same Spark. */
    private static SparkSession sessionWithFunctions() {
        SparkSession shared = TestSpark.session();
        SparkSession.clearActiveSession();
        SparkSession.clearDefaultSession();
        SparkSession session = SparkSession.builder()
                .withExtensions(new PromptmillExtensions())
                .getOrCreate();
        SparkSession.setDefaultSession(shared);
        SparkSession.setActiveSession(shared);
        return session;
    }
}
