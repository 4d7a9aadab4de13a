package io.promptmill.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * An S3 server as a process of its own; S3A reads and lists, Promptmill's own conditional put writes. Requests pass a gate
 * one by one: this server looks at a put's condition and then writes, in two steps, where S3 does it in one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3StoreIT extends StoreContract {
    private static final String BUCKET = "bucket";
    private static final Pattern STARTED = Pattern.compile("Tomcat started on ports? .*?(\\d+) \\(http\\)");

    private static final Set<String> OF_THE_CONNECTION =
            Set.of("host", "connection", "content-length", "expect", "upgrade");

    private final HttpClient client = HttpClient.newHttpClient();

    private Process server;
    private String serverUrl;
    private HttpServer gate;

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
        serverUrl = "http://127.0.0.1:" + port(server.inputReader(StandardCharsets.UTF_8));
        gate = gate(Set.of());
        Configuration spark = TestSpark.session().sparkContext().hadoopConfiguration();
        configure(spark);
    }

    @AfterAll
    void stop() {
        gate.stop(0);
        server.destroyForcibly();
    }

    @Test
    void the_server_of_this_test_knows_the_condition() throws Exception {
        HttpRequest put = HttpRequest.newBuilder(URI.create(urlOf(gate) + "/" + BUCKET + "/twice"))
                .header("If-None-Match", "*")
                .PUT(HttpRequest.BodyPublishers.ofString("x"))
                .build();
        assertThat(client.send(put, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
        assertThat(client.send(put, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(412);
    }

    @Test
    void a_store_that_ignores_the_condition_is_refused() throws Exception {
        HttpServer forgetful = gate(Set.of("if-none-match"));
        try {
            Configuration configuration = hadoop();
            configuration.set("fs.s3a.endpoint", urlOf(forgetful));
            configuration.set("fs.s3a.impl.disable.cache", "true");
            assertThatThrownBy(() -> Lease.acquire(new OutputFiles(newFolder(), configuration)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("this store replaces an existing file where it was asked not to");
        } finally {
            forgetful.stop(0);
        }
    }

    @Test
    void a_store_that_cannot_be_reached_is_refused() {
        Configuration wrong = hadoop();
        wrong.set("fs.s3a.endpoint", "http://127.0.0.1:1");
        wrong.set("fs.s3a.impl.disable.cache", "true");
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

    /** Passes requests on, one at a time, without these headers. */
    private HttpServer gate(Set<String> dropped) throws IOException {
        HttpServer created = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        created.createContext("/", exchange -> forward(exchange, dropped));
        created.start();
        return created;
    }

    private static String urlOf(HttpServer gate) {
        return "http://127.0.0.1:" + gate.getAddress().getPort();
    }

    private void forward(HttpExchange exchange, Set<String> dropped) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(serverUrl + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            String header = name.toLowerCase(Locale.ROOT);
            if (!OF_THE_CONNECTION.contains(header) && !dropped.contains(header)) {
                values.forEach(value -> request.header(name, value));
            }
        });
        try {
            HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            boolean head = exchange.getRequestMethod().equals("HEAD");
            answer.headers().map().forEach((name, values) -> {
                boolean length = name.equalsIgnoreCase("content-length");
                if (!name.equalsIgnoreCase("transfer-encoding") && (head || !length)) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            byte[] content = answer.body();
            exchange.sendResponseHeaders(answer.statusCode(), content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            exchange.close();
        }
    }

    private Configuration configure(Configuration configuration) {
        configuration.set("fs.s3a.endpoint", urlOf(gate));
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
