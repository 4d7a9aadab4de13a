package io.promptmill.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.jobs.Promptmill;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.RunPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands in the first lines of the files in {@code conf/}, each as far as a machine without that cluster can run it. */
class HeaderCommandsIT {
    private static final Path JAR =
            Path.of(System.getProperty("promptmill.jar")).normalize();
    private static final String PROMPTS =
            HeaderCommand.PROJECT.resolve("sample-prompts/prompts.parquet").toString();
    private static final String ALL_DONE = "38 prompts: 33 ok, 5 rejected, 0 failed";

    @TempDir
    private Path temp;

    @Test
    void theLaptopRunsAsItStands() throws Exception {
        HeaderCommand header = HeaderCommand.of("spark-laptop.conf");
        Path output = temp.resolve("out");
        SubmittedRun run = submit(
                header.options(), JAR.toString(), "--conf-file", "conf/generate.properties", "--output=" + output);
        assertThat(run.exitCode()).as(run.printed()).isZero();
        assertThat(run.printed()).contains(ALL_DONE);
        RunPlan plan = RunPlan.parse(Files.readAllBytes(output.resolve(RunPlan.FILE)));
        assertThat(plan.settings()).containsEntry("top-p", 0.95).containsEntry("max-new-tokens", 40);
    }

    /** In cluster mode: the Worker finds the file, refuses what it says, and nobody hears of it. */
    @Test
    void aStandaloneDriverFindsItsConfFileAndSparkSubmitReturns0WhateverItReturns() throws Exception {
        Path conf = Files.writeString(temp.resolve("night.properties"), "top-p = 2\n");
        try (SparkCluster cluster = new SparkCluster(Files.createDirectory(temp.resolve("cluster")))) {
            List<String> options =
                    new ArrayList<>(HeaderCommand.of("spark-standalone.conf").options());
            options.addAll(List.of("--master", cluster.url(), "--deploy-mode", "cluster", "--files", conf.toString()));
            options.addAll(List.of("--conf", "spark.standalone.submit.waitAppCompletion=true"));
            SubmittedRun run = submit(options, JAR.toString(), "--conf-file", "night.properties");
            assertThat(run.exitCode()).as(run.printed()).isZero();
            assertThat(cluster.printedByDrivers())
                    .contains("promptmill: wrong_value: --top-p ")
                    .contains("in night.properties");
        }
    }

    @Test
    void kubernetesTakesTheDriversPodAndItsCommandRunsInTheImage() throws Exception {
        HeaderCommand header = HeaderCommand.of("spark-kubernetes.conf");
        Path conf = confFile();
        List<String> options = new ArrayList<>(header.options());
        options.addAll(List.of("--files", conf.toString()));
        options.addAll(List.of("--conf", "spark.kubernetes.file.upload.path=" + temp.toUri()));
        try (SmallApiServer api = new SmallApiServer(ExitCode.INPUT_REFUSED.number())) {
            options.addAll(List.of("--master", api.master()));
            // It asks for a WebSocket first, which that server has not.
            Map<String, String> once = Map.of("KUBERNETES_REQUEST_RETRY_BACKOFFLIMIT", "0");
            SubmittedRun run = submit(once, options, header.jar(), "--conf-file", "run.properties");
            assertThat(run.exitCode())
                    .as("whatever the driver returned: %s", run.printed())
                    .isZero();

            JsonNode driver = api.created("pods").at("/spec/containers/0");
            assertThat(driver.at("/image").asText()).isEqualTo("localhost:5000/promptmill");
            assertThat(driver.at("/resources/limits/memory").asText()).isEqualTo("4096Mi");
            List<String> arguments = texts(driver.at("/args"));
            assertThat(arguments)
                    .containsExactly(
                            "driver",
                            "--properties-file",
                            "/opt/spark/conf/spark.properties",
                            "--class",
                            Promptmill.class.getName(),
                            "local:///opt/promptmill/promptmill.jar",
                            "generate",
                            "--conf-file",
                            "run.properties");
            String settings =
                    api.created("configmaps").at("/data/spark.properties").asText();
            runDriver(arguments.subList(1, arguments.size()), settings);
        }
    }

    /** What the image's entry point does with them, but for the place of the executors: they are in the driver's process. */
    private void runDriver(List<String> arguments, String settings) throws Exception {
        Map<String, Path> files = image();
        files.put(
                "/opt/spark/conf/spark.properties",
                Files.writeString(temp.resolve("spark.properties"), onThisMachine(settings, files)));
        List<String> command = new ArrayList<>(List.of("org.apache.spark.deploy.SparkSubmit"));
        command.addAll(List.of("--conf", "spark.driver.bindAddress=127.0.0.1", "--deploy-mode", "client"));
        command.addAll(List.of("--conf", "spark.driver.host=127.0.0.1", "--master", "local[2]"));
        arguments.stream().map(text -> onThisMachine(text, files)).forEach(command::add);
        SubmittedRun run = start(command, Files.createDirectory(temp.resolve("pod")), Map.of());
        assertThat(run.exitCode()).as(run.printed()).isZero();
        assertThat(run.printed()).contains(ALL_DONE);
        assertThat(temp.resolve("out/_SUCCESS")).exists();
    }

    /** In cluster mode: one that is done, one that is refused by its options, one by its input. */
    @Test
    void yarnShowsHowADriverEndedAndWhyAndStartsNoneAgain() throws Exception {
        confFile();
        try (SmallYarn yarn = new SmallYarn(Files.createDirectory(temp.resolve("yarn")))) {
            SubmittedRun done = submitTo(yarn, "done");
            SubmittedRun wrong = submitTo(yarn, "wrong", "--top-p=2");
            SubmittedRun refused = submitTo(yarn, "refused", "--input=/nowhere");
            assertThat(done.exitCode()).as(done.printed()).isZero();
            assertThat(wrong.exitCode()).as(wrong.printed()).isOne();
            assertThat(refused.exitCode()).as(refused.printed()).isOne();
            assertThat(yarn.application("done").getFinalApplicationStatus())
                    .isEqualTo(FinalApplicationStatus.SUCCEEDED);
            assertThat(yarn.application("refused").getDiagnostics().toString())
                    .startsWith("User class threw exception: ")
                    .contains("DriverFailedException: exit code 3: ", "/nowhere");
            assertThat(yarn.application("wrong").getDiagnostics().toString()) // it had not registered yet
                    .contains("\npromptmill: wrong_value: --top-p ");
            assertThat(yarn.containers("done"))
                    .as("the driver's and an executor's")
                    .hasSize(2);
            for (String name : List.of("done", "refused", "wrong")) {
                assertThat(yarn.application(name).getAppAttempts()).as(name).hasSize(1);
            }
        }
        Path output = temp.resolve("out");
        assertThat(output.resolve("_SUCCESS")).exists();
        Manifest manifest = Manifest.parse(Files.readAllBytes(output.resolve(Manifest.FILE)));
        assertThat(manifest.modelLoads()).as("by the executor").isEqualTo(Map.of("1", 1L));
        assertThat(manifest.ok()).isEqualTo(33);
        assertThat(manifest.rejected()).isEqualTo(5);
        assertThat(manifest.rows()).isEqualTo(55);
    }

    private SubmittedRun submitTo(SmallYarn yarn, String name, String... arguments) throws IOException {
        List<String> options =
                new ArrayList<>(HeaderCommand.of("spark-yarn.conf").options());
        options.addAll(yarn.options());
        options.addAll(List.of(
                "--name", name, "--files", temp.resolve("run.properties").toString()));
        options.addAll(List.of("--conf", "spark.executor.instances=1", "--conf", "spark.yarn.maxAppAttempts=1"));
        options.addAll(List.of("--class", Promptmill.class.getName())); // spark-submit opens no jar of the nodes
        List<String> all = new ArrayList<>(List.of("--conf-file", "run.properties"));
        all.addAll(List.of(arguments));
        return submit(yarn.environment(), options, "local:" + JAR, all.toArray(String[]::new));
    }

    @Test
    void theImageHoldsWhatTheSettingsLookForInItAndItsBaseIsTheSparkOfTheBuild() throws IOException {
        assertThat(image())
                .containsOnlyKeys("/opt/promptmill/promptmill.jar", "/opt/promptmill/gpu-discovery.sh")
                .containsEntry("/opt/promptmill/promptmill.jar", JAR)
                .allSatisfy((place, file) -> assertThat(file).isReadable());
        assertThat(HeaderCommand.PROJECT.resolve("conf/gpu-discovery.sh")).isExecutable();
        assertThat(Files.readString(HeaderCommand.PROJECT.resolve("conf/spark-gpu.conf")))
                .contains(" /opt/promptmill/gpu-discovery.sh\n");
        assertThat(Files.readString(HeaderCommand.PROJECT.resolve("conf/Dockerfile")))
                .contains("\nFROM apache/spark:${SPARK}\n")
                .contains(" SPARK=" + org.apache.spark.package$.MODULE$.SPARK_VERSION() + "-scala"
                        + System.getenv("SPARK_SCALA_VERSION") + "-java17-")
                .containsPattern(" JAR=" + JAR.getFileName() + "\\s");
    }

    private static String onThisMachine(String text, Map<String, Path> files) {
        String replaced = text;
        for (Map.Entry<String, Path> file : files.entrySet()) {
            replaced = replaced.replace(file.getKey(), file.getValue().toString());
        }
        return replaced;
    }

    /** The files that the Dockerfile copies, by their places in the image. */
    private static Map<String, Path> image() throws IOException {
        return Pattern.compile("^COPY (\\S+) (\\S+)$", Pattern.MULTILINE)
                .matcher(Files.readString(HeaderCommand.PROJECT.resolve("conf/Dockerfile"))
                        .replace("${JAR}", JAR.getFileName().toString()))
                .results()
                .collect(Collectors.toMap(copy -> copy.group(2), copy -> HeaderCommand.PROJECT.resolve(copy.group(1))));
    }

    private Path confFile() throws IOException {
        return Files.writeString(
                temp.resolve("run.properties"), "input = " + PROMPTS + "\noutput = " + temp.resolve("out") + "\n");
    }

    private SubmittedRun submit(List<String> options, String jar, String... arguments) throws IOException {
        return submit(Map.of(), options, jar, arguments);
    }

    private SubmittedRun submit(Map<String, String> environment, List<String> options, String jar, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("org.apache.spark.deploy.SparkSubmit"));
        command.addAll(options);
        command.addAll(List.of(jar, "generate"));
        command.addAll(List.of(arguments));
        return start(command, HeaderCommand.PROJECT, environment);
    }

    private SubmittedRun start(List<String> command, Path directory, Map<String, String> environment)
            throws IOException {
        Path console = Files.createTempFile(temp, "console", ".txt");
        return new SubmittedRun(
                SparkProcess.start("127.0.0.1", command, directory, temp.resolve("work"), console, environment),
                console);
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
