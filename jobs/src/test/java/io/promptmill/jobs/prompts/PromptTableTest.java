package io.promptmill.jobs.prompts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.table.SnapshotCatalog;
import io.promptmill.jobs.table.SnapshotCatalog.Prompt;
import io.promptmill.jobs.table.TableState;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts in tables of Spark's catalogs. */
class PromptTableTest {
    private static final String POSTS = "spark_catalog.default.table_posts";

    private final SparkSession spark = TestSpark.session();

    @TempDir
    private Path temp;

    /** Of the table that a test has created. */
    private Path location;

    @AfterEach
    void drop() {
        spark.sql("drop view if exists table_view");
        spark.sql("drop table if exists table_posts");
    }

    @Test
    void aTableIsReadWithItsTypesAndKnownByItsFullNameAndItsRows() throws Exception {
        create("select cast(id as int) as id, concat('p', id) as prompt, date'2026-01-01' as day from range(10)");
        InputTable input = open("table_posts");
        assertThat(input.checkIds()).isEqualTo(new InputTable.Size(10, 2));
        assertThat(input.place()).isEqualTo(POSTS);
        assertThat(input.source().schema().toDDL()).isEqualTo("id INT,prompt STRING,day DATE");
        assertThat(input.paths()).extracting(Object::toString).containsExactly("file:" + location);
        assertThat(input.query("id = 1")).isEqualTo("select * from " + POSTS + " where id = 1");
        TableState state = input.table().orElseThrow();
        assertThat(state.name()).isEqualTo(POSTS);
        assertThat(state.version()).isNull();
        assertThat(state.rows()).isEqualTo(10);
        InputTable again = open(" default . `TABLE_posts` ");
        again.checkIds();
        assertThat(again.table().orElseThrow().sameRows(state)).isTrue();
    }

    @Test
    void aChangeOfATableWithoutVersionsDuringTheRunIsFound() throws Exception {
        create("select id, concat('p', id) as prompt from range(10)");
        InputTable input = open(POSTS);
        input.checkIds();
        input.checkUnchanged(List.of());
        spark.sql("insert into table_posts values (10, 'later')");
        assertThatThrownBy(() -> input.checkUnchanged(List.of()))
                .isInstanceOf(IOException.class)
                .hasMessage(POSTS + " was changed during the run: it had 10 rows and has now 11. Run again with"
                        + " --overwrite.");
        drop();
        create("select id, concat('q', id) as prompt from range(10)");
        assertThatThrownBy(() -> input.checkUnchanged(List.of()))
                .hasMessageContaining("it had 10 rows and has now as many with other values.");
    }

    @Test
    void aViewIsATableUnlessEachReadingGivesOtherRows() throws Exception {
        create("select id, concat('p', id) as prompt from range(10)");
        spark.sql("create view table_view as select * from table_posts where id > 6");
        InputTable input = open("table_view");
        assertThat(input.checkIds()).isEqualTo(new InputTable.Size(3, 2));
        input.checkUnchanged(List.of());
        spark.sql("create or replace view table_view as select uuid() as id, prompt from table_posts");
        refused(
                "view_not_deterministic: --input-table spark_catalog.default.table_view is a view with a function such as"
                        + " rand() or uuid() in it, each time it is read it gives other rows, so that a chunk could not be"
                        + " computed twice, write its rows as a table, by create table NAME as select * from"
                        + " spark_catalog.default.table_view, and give that",
                () -> open("table_view"));
    }

    @Test
    void aTableWithVersionsIsReadAtTheOneThatItHadWhenTheRunBegan() throws Exception {
        SnapshotCatalog.write("posts", 41, List.of(new Prompt("a", "first"), new Prompt("b", "second")));
        InputTable input = open("snapshots.db.posts");
        SnapshotCatalog.write("posts", 42, List.of(new Prompt("c", "third")));
        assertThat(input.checkIds()).isEqualTo(new InputTable.Size(2, 6));
        TableState state = input.table().orElseThrow();
        assertThat(state.name()).isEqualTo("snapshots.db.posts");
        assertThat(state.version()).isEqualTo("41");
        assertThat(input.query("true")).isEqualTo("select * from snapshots.db.posts version as of '41' where true");
        input.checkUnchanged(List.of());
        assertThat(ids(open("snapshots.db.posts"))).containsExactly("c");
        assertThat(ids(open("snapshots.db.posts", state))).containsExactly("a", "b");
        assertThat(ids(open("snapshots.db.posts", new TableState("another", "41", 2, state.digest()))))
                .containsExactly("c");
        refused(
                "name the table alone, whose latest version is read, or a view of another one, CREATE VIEW … AS",
                () -> open("snapshots.db.posts version as of 41"));
        SnapshotCatalog.expire("posts", 41);
        refused(
                "table_version_gone: --input-table snapshots.db.posts cannot be read at version 41 any more, Cannot find"
                        + " snapshot with ID 41; the run was begun with the rows of that version, and others would be mixed"
                        + " with them, restore that version, or start anew with --overwrite or in another output folder;",
                () -> open("snapshots.db.posts", state));
    }

    @Test
    void whatTheJobNeedsOfARowIsCheckedAsInFiles() throws Exception {
        create("select id div 2 as id, 'x' as prompt from range(10)");
        InputTable repeated = open(POSTS);
        refused("id_repeated: the id column id holds 5 ids more than once, such as 0 (2 rows), ", repeated::checkIds);
        drop();
        create("select id as key, 'x' as prompt from range(3)");
        refused(
                "missing_column: the input has no id column id, its columns are key, prompt, name the id column of the"
                        + " input or add one",
                () -> open(POSTS));
        refused(
                "table_without_numbers: --id-column auto makes no ids for the rows of --input-table " + POSTS
                        + ", they have no number that stays theirs when the table's files are written anew, and with another"
                        + " id a row would get other texts, name a column with unique ids, or add one where the table is"
                        + " written, such as uuid()",
                () -> TestInputs.open("auto", PromptOrigin.table(POSTS)));
    }

    @Test
    void aTableThatCannotBeFoundIsRefusedWithTheCatalogsThereAre() {
        String remedy = ", correct the name, or give spark-submit the settings of its catalog (spark.sql.catalog.NAME)";
        for (String name : List.of("no_such_table", "no_such_db.posts", "lake.db.posts", "snapshots.db.none")) {
            refused(
                    "table_missing: --input-table " + name + " is no table or view that this Spark knows, ",
                    () -> open(name));
            refused(remedy, () -> open(name));
        }
        refused("input_unreadable: --input-table a..b cannot be read, ", () -> open("a..b"));
    }

    @Test
    void aTableOfIcebergThatOnlyTheMetastoreKnowsIsRefused() {
        assumeThat(spark.version())
                .as("from 4 on its SQL sets no such property")
                .startsWith("3.");
        spark.sql(
                "create table table_posts (id int, prompt string) using parquet tblproperties ('table_type'='ICEBERG')");
        refused(
                "table_without_catalog: --input-table " + POSTS
                        + " is a table of Iceberg, whose own catalog is not in this"
                        + " Spark, without it there are no versions, and a run could not be continued with the same rows,"
                        + " give spark-submit the package of Iceberg, its spark.sql.extensions and its class for"
                        + " spark.sql.catalog.spark_catalog",
                () -> open(POSTS));
    }

    private InputTable open(String table) throws RefusalException {
        return TestInputs.open("id", PromptOrigin.table(table));
    }

    private InputTable open(String table, TableState before) throws RefusalException {
        return TestInputs.open("id", PromptOrigin.table(table), Optional.of(before));
    }

    private void create(String query) throws IOException {
        location = Files.createTempDirectory(temp, "posts");
        spark.sql("create table table_posts using parquet location '" + location + "' as " + query);
    }

    private static List<String> ids(InputTable input) throws RefusalException {
        input.checkIds();
        return input.rows().collectAsList().stream()
                .map((Row row) -> row.getString(0))
                .sorted()
                .toList();
    }

    private static void refused(String message, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining(message)
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.INPUT_REFUSED);
    }
}
