package io.promptmill.jobs.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of Kubernetes' API as {@code spark-submit} needs, in this JVM: it takes whatever is created and tells it. The
 * container of a pod ends at once, always with the same exit code.
 */
final class SmallApiServer implements AutoCloseable {
    private static final Pattern RESOURCE =
            Pattern.compile("/(?:api|apis/networking\\.k8s\\.io)/v1/namespaces/default/(\\w+)(?:/([\\w.-]+))?");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final int exitCode;
    private final Map<String, ObjectNode> created = new ConcurrentHashMap<>();

    /** A server whose pods end with that code. */
    SmallApiServer(int exitCode) throws IOException {
        this.exitCode = exitCode;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** The master of an application that is to run here. */
    String master() {
        return "k8s://http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The only resource of a kind, such as {@code pods}, that was created. */
    JsonNode created(String kind) {
        return created.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(kind + "/"))
                .map(Map.Entry::getValue)
                .reduce((one, other) -> {
                    throw new AssertionError("several " + kind);
                })
                .orElseThrow(() -> new AssertionError("no " + kind));
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Optional<JsonNode> answer = answerTo(exchange);
            byte[] body = JSON.writeValueAsBytes(answer.isPresent() ? answer.get() : Map.of("kind", "Status"));
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.isPresent() ? 200 : 404, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Optional<JsonNode> answerTo(HttpExchange exchange) throws IOException {
        Matcher resource = RESOURCE.matcher(exchange.getRequestURI().getPath());
        if (!resource.matches()) {
            return Optional.empty();
        }
        String kind = resource.group(1);
        if (!exchange.getRequestMethod().equals("GET")) {
            return Optional.of(create(kind, JSON.readTree(exchange.getRequestBody())));
        }
        if (resource.group(2) == null) { // a watch on the only one
            ObjectNode event = JSON.createObjectNode().put("type", "MODIFIED");
            return Optional.of(event.set("object", created(kind)));
        }
        return Optional.ofNullable(created.get(kind + "/" + resource.group(2)));
    }

    private JsonNode create(String kind, JsonNode asked) {
        ObjectNode resource = asked.deepCopy();
        resource.withObject("/metadata").put("uid", "00000000-0000-0000-0000-000000000000");
        if (kind.equals("pods")) {
            resource.withObject("/status")
                    .put("phase", exitCode == 0 ? "Succeeded" : "Failed")
                    .withArray("containerStatuses")
                    .addObject()
                    .put("name", "driver")
                    .withObject("/state/terminated")
                    .put("exitCode", exitCode);
        }
        created.put(kind + "/" + resource.at("/metadata/name").asText(), resource);
        return resource;
    }
}
