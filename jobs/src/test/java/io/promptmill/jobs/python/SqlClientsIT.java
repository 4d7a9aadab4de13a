package io.promptmill.jobs.python;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.pages.Fence;
import io.promptmill.jobs.testing.SmallModel;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.spark.TextGenerator;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.package$;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The functions of Spark SQL in the programs that people type SQL into, beside the classes of the JVM. */
@Tag("clients")
@Tag("spark")
class SqlClientsIT {
    private static final String EXTENSIONS = "spark.sql.extensions=io.promptmill.sql.PromptmillExtensions";
    private static final String QUERY =
            "SELECT generate_text('the sea gives', map('do_sample', 'true', 'seed', '7', 'max_new_tokens', '6')) AS text";

    @TempDir
    private Path folder;

    private PySpark pyspark;
    private String text;

    @BeforeEach
    void generateByTheJvm() throws Exception {
        SmallModel.in(folder.resolve("gpt2"));
        Files.writeString(folder.resolve("prompts.csv"), "prompt,topic\nthe sea,tales\nthe sun,work\n");
        pyspark = new PySpark(folder);
        text = new TextGenerator()
                .setModel(folder.resolve("gpt2").toString())
                .setDoSample(true)
                .setSeed(7)
                .setMaxNewTokens(6)
                .transform(TestSpark.session().sql("select 'the sea gives' as prompt"))
                .selectExpr("hex(sequences[0].generated_text)")
                .head()
                .getString(0);
    }

    @Test
    void theShellThatThePageStartsGivesTheTextOfTheJvm() throws Exception {
        String command = Fence.of(".github/SQL.md").stream()
                .flatMap(fence -> fence.commands().stream())
                .filter(line -> line.startsWith("spark-sql "))
                .findFirst()
                .orElseThrow();
        List<String> words = Arrays.asList(
                command.replace("jobs/target/promptmill.jar", PySpark.JAR).split(" "));

        assertThat(pyspark.run(words, "SET spark.promptmill.model=gpt2;\n" + hex(QUERY) + ";\n", Map.of()))
                .contains(text);
    }

    @Test
    void aProgramInPythonGivesTheTextOfTheJvm() throws Exception {
        String program =
                """
                from pyspark.sql import SparkSession

                spark = SparkSession.builder.getOrCreate()
                spark.conf.set("spark.promptmill.model", "gpt2")
                print(spark.sql(\"""%s\""").head()[0])
                try:
                    spark.sql("select generate_text('a', map('top_kk', '3'))")
                except Exception as e:
                    print(type(e).__name__, e)
                """
                        .formatted(hex(QUERY));
        Path file = Files.writeString(folder.resolve("program.py"), program);

        assertThat(pyspark.run(
                        List.of("spark-submit", "--jars", PySpark.JAR, "--conf", EXTENSIONS, file.toString()),
                        "",
                        Map.of()))
                .contains(text)
                .contains("AnalysisException generate_text: there is no setting top_kk, the nearest is top_k");
    }

    @Test
    void beelineGetsTheTextOfTheJvmFromAThriftServer() throws Exception {
        int port = freePort();
        List<String> command = List.of(
                "spark-submit",
                "--jars",
                PySpark.JAR,
                "--conf",
                EXTENSIONS,
                "--conf",
                "spark.promptmill.model=gpt2",
                "--conf",
                "spark.sql.catalogImplementation=hive",
                "--conf",
                "spark.hadoop.hive.server2.thrift.bind.host=127.0.0.1",
                "--conf",
                "spark.hadoop.hive.server2.thrift.port=" + port,
                Path.of("src/test/clients/sql_server.py").toAbsolutePath().toString(),
                "thrift",
                "beeline",
                "-u",
                "jdbc:hive2://127.0.0.1:" + port,
                "--silent=true",
                "--outputformat=csv2",
                "-e",
                hex(QUERY));

        assertThat(pyspark.run(command, "", Map.of())).contains(text);
    }

    @Test
    void aClientOfConnectGetsTheTextOfTheJvm() throws Exception {
        Path conf = Files.createDirectory(folder.resolve("conf"));
        Files.writeString(
                conf.resolve("spark-defaults.conf"),
                "spark.jars " + PySpark.JAR + "\n" + EXTENSIONS.replace('=', ' ') + "\n" + packageOfConnect() + "\n");
        String program =
                """
                from pyspark.sql import SparkSession

                spark = SparkSession.builder.remote("local[2]").getOrCreate()
                spark.conf.set("spark.promptmill.model", "gpt2")
                print(type(spark).__module__, spark.sql(\"""%s\""").head()[0])
                """
                        .formatted(hex(QUERY));

        assertThat(pyspark.run(List.of("python", "-"), program, Map.of("SPARK_CONF_DIR", conf.toString())))
                .contains("pyspark.sql.connect.session " + text);
    }

    /** PySpark has the server of Connect in it from Spark 4 on. */
    private static String packageOfConnect() {
        String version = package$.MODULE$.SPARK_VERSION();
        return version.startsWith("3.") ? "spark.jars.packages org.apache.spark:spark-connect_2.12:" + version : "";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String hex(String query) {
        return "SELECT hex(text) FROM (" + query + ")";
    }
}
