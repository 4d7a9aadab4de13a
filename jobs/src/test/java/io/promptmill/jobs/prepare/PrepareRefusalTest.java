package io.promptmill.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.generate.GenerateRuns;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.jobs.tracking.Artifact;
import io.promptmill.jobs.tracking.Lineage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every refusal of {@code prepare}, with its exit code and its whole message; the output stays as it was. */
class PrepareRefusalTest {
    private static final String POSTS =
            """
            {"user": "alice", "id": "1", "text": "one two three four"}
            {"user": "bob", "id": "2", "text": "five six seven"}
            """;

    private final PrepareRuns runs = new PrepareRuns();

    @TempDir
    Path temp;

    private Path posts;
    private Path data;

    @BeforeEach
    void writePosts() throws IOException {
        posts = Files.writeString(temp.resolve("posts.jsonl"), POSTS);
        data = temp.resolve("data");
    }

    @Test
    void usersBelowTheMinimumRefuseTheRunAndAreAllNamed() {
        refused(
                ExitCode.INPUT_REFUSED,
                "users_too_small: fewer than 6000 characters are in the kept posts of 2 of 2 users: alice (18), bob (14), a"
                        + " model learns little of a user from so few, give more of their posts, lower --min-characters, or"
                        + " leave these users out with --drop-small-users",
                posts);
    }

    @Test
    void separatorsCountTowardsTheMinimum() throws Exception {
        Files.writeString(
                posts,
                """
                {"user": "a", "text": "one two three"}
                {"user": "a", "text": "four five six"}
                """);
        refused(
                ExitCode.INPUT_REFUSED,
                "users_too_small: fewer than 40 characters are in the kept posts of 1 of 1 user: a (39), a model learns"
                        + " little of a user from so few, give more of their posts, lower --min-characters, or leave these"
                        + " users out with --drop-small-users",
                posts,
                "--min-characters=40");
        assertThat(runs.prepare(posts, data, "--min-characters=39", "--held-out-share=0"))
                .isEqualTo(ExitCode.DONE);
    }

    @Test
    void anInputOfWhichNothingIsLeftIsRefused() {
        String remedy = ", look into the input or change the options that leave posts out";
        refused(
                ExitCode.INPUT_REFUSED,
                "nothing_to_train_on: of 2 rows no post is left for the training texts, all are left out by held out or of"
                        + " small users 2" + remedy,
                posts,
                "--drop-small-users");
        refused(
                ExitCode.INPUT_REFUSED,
                "nothing_to_train_on: of 2 rows no post is left for the training texts, all are left out by short 2"
                        + remedy,
                posts,
                "--min-words=9",
                "--min-characters=0");
    }

    @Test
    void usersWithoutPostsAreRefused() {
        refused(
                ExitCode.INPUT_REFUSED,
                "users_without_posts: --users names carol, dave, no row is a post of theirs, correct the names or leave these"
                        + " users out",
                posts,
                "--users=carol,bob,@Dave",
                "--min-characters=0");
    }

    @Test
    void aMissingColumnIsRefusedWithTheNearestName() throws Exception {
        Path csv = Files.writeString(temp.resolve("posts.csv"), "username,text\na,b c d\n");
        String user =
                ", name the column with --user-column, or the user of all its rows with --user; of a tweets.js the"
                        + " account.js beside it tells";
        refused(
                ExitCode.INPUT_REFUSED,
                "missing_column: file:" + csv + " has no column user, the column with the nearest name is username"
                        + user,
                csv);
        Path tweets = Files.writeString(
                temp.resolve("tweets.js"), "window.YTD.tweets.part0 = [ {\"tweet\": {\"full_text\": \"a b c\"}} ]");
        refused(
                ExitCode.INPUT_REFUSED,
                "missing_column: file:" + tweets + " has no column user, its columns are text" + user,
                tweets);
        refused(
                ExitCode.INPUT_REFUSED,
                "missing_column: file:" + posts
                        + " has no column body, its columns are user, id, text, name the"
                        + " column with --text-column or leave the file out",
                posts,
                "--text-column=body");
        refused(
                ExitCode.INPUT_REFUSED,
                "missing_column: file:" + posts
                        + " has no column lang, its columns are user, id, text, name the"
                        + " column with --language-column or leave --languages out",
                posts,
                "--languages=en");
        Path parquet = temp.resolve("parquet");
        TestSpark.session().sql("select 'a' as usr, 'b' as text").write().parquet(parquet.toString());
        refused(
                ExitCode.INPUT_REFUSED,
                "missing_column: file:" + parquet + " has no column user, the column with the nearest name is usr"
                        + user,
                parquet);
    }

    @Test
    void aFileThatIsNotWhatItsNameSaysIsRefused() throws Exception {
        String remedy = ", rename it, leave it out, or name the format of all files with --input-format";
        Path binary = Files.write(temp.resolve("image.txt"), new byte[] {(byte) 0xFF, (byte) 0xD8, 10, (byte) 0xFF});
        refused(
                ExitCode.INPUT_REFUSED,
                "input_not_of_its_format: file:" + binary
                        + " is not a text in UTF-8, none of its 2 rows can be read, such as"
                        + " row 0: bytes that are not UTF-8" + remedy,
                binary);
        Path list = Files.writeString(temp.resolve("list.json"), "[\n1\n]\n");
        refused(
                ExitCode.INPUT_REFUSED,
                "input_not_of_its_format: file:" + list
                        + " is not a file with a JSON object in each line, none of its 3 rows"
                        + " can be read, such as row 0: no JSON object" + remedy,
                list);
        Path script = Files.writeString(temp.resolve("script.js"), "alert(1)");
        refused(
                ExitCode.INPUT_REFUSED,
                "input_not_of_its_format: file:" + script + " is not a tweets.js of X's archive, it does not begin with"
                        + " window.YTD.tweets.part0 =" + remedy,
                script);
        Path odd = Files.writeString(temp.resolve("posts.xml"), "<posts/>");
        refused(
                ExitCode.INPUT_REFUSED,
                "input_format_unknown: the name of file:" + odd
                        + " does not tell its format, the ends of names that do are"
                        + " .parquet, .csv, .jsonl, .ndjson, .json, .txt, .js" + remedy,
                odd);
        Path fake = Files.writeString(temp.resolve("fake.parquet"), "not Parquet at all");
        assertThatThrownBy(() -> runs.prepare(fake, data))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("input_not_parquet: file:" + fake + " is not a Parquet file");
        refused(
                ExitCode.INPUT_REFUSED,
                "input_missing: --input file:" + temp.resolve("none.csv") + " does not exist, there is nothing to read,"
                        + " correct the path; on a cluster it must be one that every node can read",
                temp.resolve("none.csv"));
    }

    @Test
    void aListOfThoseWhoOptedOutThatCannotBeReadIsRefused() throws Exception {
        Path list = Files.write(temp.resolve("list"), new byte[] {(byte) 0xFF});
        refused(
                ExitCode.INPUT_REFUSED,
                "opt_out_unreadable: --opt-out " + list
                        + " cannot be read, it is not UTF-8, give a text in UTF-8 with a user"
                        + " or a post's id in each line",
                posts,
                "--opt-out=" + list);
    }

    @Test
    void aFolderThatIsNotEmptyIsRefusedAndOnlyOwnFilesAreReplaced() throws Exception {
        String[] all = {"--min-characters=0", "--held-out-share=0"};
        runs.prepare(posts, data, all);
        Map<String, String> before = GenerateRuns.files(data);
        assertThat(before).hasSize(9);
        refused(
                ExitCode.OUTPUT_REFUSED,
                "output_not_empty: --output file:" + data
                        + " holds prepared data, a run writes into an empty folder, choose"
                        + " another output folder, or replace these files with --overwrite",
                posts);
        Files.writeString(data.resolve("train/notes.txt"), "mine");
        refused(
                ExitCode.OUTPUT_REFUSED,
                "output_has_other_files: --output file:" + data + " holds 1 file that prepare does not write, such as"
                        + " train/notes.txt, readers of the folder would take them for part of it, move these files away or"
                        + " choose another output folder",
                posts,
                "--overwrite");
        Files.delete(data.resolve("train/notes.txt"));
        assertThat(GenerateRuns.files(data)).isEqualTo(before);

        Files.delete(data.resolve(PreparedData.FILE));
        refused(
                ExitCode.OUTPUT_REFUSED,
                "output_not_empty: --output file:" + data
                        + " holds parts of an unfinished run, a run writes into an empty"
                        + " folder, choose another output folder, or replace these files with --overwrite",
                posts);
        Files.writeString(data.resolve("train/part-00007.parquet"), "of a killed run");
        Files.writeString(posts, POSTS.replace("bob", "carol"));
        assertThat(runs.prepare(posts, data, "--min-characters=0", "--held-out-share=0", "--overwrite"))
                .isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.files(data)).hasSize(9).isNotEqualTo(before);
        assertThat(Lineage.parse(Files.readAllBytes(data.resolve(Lineage.FILE))).artifacts())
                .as("other posts, so the next version")
                .extracting(Artifact::label)
                .containsExactly("posts-data:v2", "data:v2");
        assertThat(Files.readString(data.resolve("counts.md")))
                .contains("carol")
                .doesNotContain("bob");
    }

    @Test
    void anOutputInsideTheInputIsRefused() {
        refused(
                ExitCode.OUTPUT_REFUSED,
                "output_is_input: --output file:" + data + " and --input file:" + temp
                        + " lie in one another, the run would read its own rows or remove its input, choose another output"
                        + " folder",
                temp);
    }

    @Test
    void numbersOutOfTheirRangeAreRefused() {
        assertThatThrownBy(() -> PrepareRuns.settings("--input=a", "--output=b", "--held-out-share=1"))
                .hasMessage(
                        "wrong_value: --held-out-share has a wrong value, it must be a number from 0.0 to 0.9 but was 1,"
                                + " correct it on the command line");
        assertThatThrownBy(() -> PrepareRuns.settings("--input=a", "--output=b", "--passes=0"))
                .hasMessage(
                        "wrong_value: --passes has a wrong value, it must be a whole number from 1 to 1000 but was 0,"
                                + " correct it on the command line");
        assertThatThrownBy(() -> PrepareRuns.settings("--input=a", "--output=b", "--input-format=xml"))
                .hasMessage("wrong_value: --input-format has a wrong value, it must be one of"
                        + " auto, parquet, csv, jsonl, txt, tweets-js but was xml, correct it on the command line");
        assertThatThrownBy(() -> PrepareRuns.settings("--output=b"))
                .hasMessage("option_missing: --input is not given, prepare cannot run without it, add --input PATH");
    }

    private void refused(ExitCode code, String message, Path input, String... options) {
        boolean wasThere = Files.exists(data);
        Map<String, String> before = files();
        assertThatThrownBy(() -> runs.prepare(input, data, options))
                .isInstanceOf(RefusalException.class)
                .hasMessage(message)
                .satisfies(refusal ->
                        assertThat(((RefusalException) refusal).exitCode()).isEqualTo(code));
        assertThat(files()).isEqualTo(before);
        assertThat(Files.exists(data)).isEqualTo(wasThere);
        assertThat(data.resolve("_promptmill")).doesNotExist();
    }

    private Map<String, String> files() {
        try {
            return GenerateRuns.files(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
