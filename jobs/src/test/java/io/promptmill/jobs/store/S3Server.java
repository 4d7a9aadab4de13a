package io.promptmill.jobs.store;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An S3 server as a process of its own, with gates that requests pass one by one: the server looks at a put's condition and
 * then writes, in two steps, where S3 does it in one.
 */
final class S3Server implements AutoCloseable {
    private static final Pattern STARTED = Pattern.compile("Tomcat started on ports? .*?(\\d+) \\(http\\)");

    private static final Set<String> OF_THE_CONNECTION =
            Set.of("host", "connection", "content-length", "expect", "upgrade");

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // else each answer through a gate takes 40 ms more
    }

    private final Process process;
    private final URI url;
    private final List<HttpServer> gates = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    private S3Server(Process process) throws IOException {
        this.process = process;
        this.url = URI.create("http://127.0.0.1:" + port(process.inputReader(StandardCharsets.UTF_8)));
    }

    /** A server with these buckets, which are empty. */
    static S3Server start(String... buckets) throws IOException {
        return new S3Server(new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        System.getProperty("promptmill.s3-server"),
                        "--server.port=0",
                        "--com.adobe.testing.s3mock.httpPort=0",
                        "--com.adobe.testing.s3mock.store.initialBuckets=" + String.join(",", buckets)))
                .redirectErrorStream(true)
                .start());
    }

    /** Opens a gate that passes requests on, one at a time, without these headers. */
    URI gate(Set<String> dropped) throws IOException {
        HttpServer gate = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gate.createContext("/", exchange -> forward(exchange, dropped));
        gate.start();
        gates.add(gate);
        return URI.create("http://127.0.0.1:" + gate.getAddress().getPort());
    }

    @Override
    public void close() {
        gates.forEach(gate -> gate.stop(0));
        process.destroyForcibly();
    }

    // All gates lead to one server.
    private synchronized void forward(HttpExchange exchange, Set<String> dropped) throws IOException {
        try {
            byte[] body = exchange.getRequestBody().readAllBytes();
            HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(exchange.getRequestURI()))
                    .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
            exchange.getRequestHeaders().forEach((name, values) -> {
                String header = name.toLowerCase(Locale.ROOT);
                if (!OF_THE_CONNECTION.contains(header) && !dropped.contains(header)) {
                    values.forEach(value -> request.header(name, value));
                }
            });
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
