package io.promptmill.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An S3 server as a process of its own; S3A reads and lists, Promptmill's own conditional put writes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3StoreIT extends StoreContract {
    private static final String BUCKET = "bucket";
    private static final Pattern STARTED = Pattern.compile("Tomcat started on ports? .*?(\\d+) \\(http\\)");

    private Process server;
    private String endpoint;

    @BeforeAll
    void start() throws Exception {
        server = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        System.getProperty("promptmill.s3-server"),
                        "--server.port=0",
                        "--com.adobe.testing.s3mock.httpPort=0",
                        "--com.adobe.testing.s3mock.store.initialBuckets=" + BUCKET))
                .redirectErrorStream(true)
                .start();
        endpoint = "http://127.0.0.1:" + port(server.inputReader(StandardCharsets.UTF_8));
        Configuration spark = TestSpark.session().sparkContext().hadoopConfiguration();
        configure(spark);
    }

    @AfterAll
    void stop() {
        server.destroyForcibly();
    }

    @Test
    void the_server_of_this_test_knows_the_condition() throws Exception {
        HttpRequest put = HttpRequest.newBuilder(URI.create(endpoint + "/" + BUCKET + "/twice"))
                .header("If-None-Match", "*")
                .PUT(HttpRequest.BodyPublishers.ofString("x"))
                .build();
        HttpClient client = HttpClient.newHttpClient();
        assertThat(client.send(put, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
        assertThat(client.send(put, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(412);
    }

    @Test
    void a_store_that_cannot_be_reached_is_refused() {
        Configuration wrong = hadoop();
        wrong.set("fs.s3a.endpoint", "http://127.0.0.1:1");
        wrong.set("fs.s3a.attempts.maximum", "1");
        wrong.set("fs.s3a.retry.limit", "0");
        assertThatThrownBy(() -> new OutputFiles(newFolder(), wrong).writeIfAbsent("a", utf8("x")))
                .isInstanceOf(IOException.class);
    }

    @Override
    String newFolder() {
        return "s3a://" + BUCKET + "/" + UUID.randomUUID() + "/out";
    }

    @Override
    Configuration hadoop() {
        return configure(new Configuration());
    }

    private Configuration configure(Configuration configuration) {
        configuration.set("fs.s3a.endpoint", endpoint);
        configuration.set("fs.s3a.path.style.access", "true");
        configuration.set("fs.s3a.access.key", "key");
        configuration.set("fs.s3a.secret.key", "secret");
        configuration.set("fs.s3a.change.detection.mode", "none");
        return configuration;
    }

    private static int port(BufferedReader log) throws IOException {
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            Matcher started = STARTED.matcher(line);
            if (started.find()) {
                Thread drain = new Thread(() -> log.lines().forEach(ignored -> {}));
                drain.setDaemon(true);
                drain.start();
                return Integer.parseInt(started.group(1));
            }
        }
        throw new IOException("the S3 server has ended");
    }
}
