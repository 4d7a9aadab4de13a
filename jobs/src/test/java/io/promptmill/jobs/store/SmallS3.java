package io.promptmill.jobs.store;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** As much of S3 as single objects need, in this JVM: it tells what it was asked, and can be told to fail. */
final class SmallS3 implements AutoCloseable {
    /** How a request fails. */
    enum Fault {
        /** One bit of the body has changed before it is stored. */
        GARBLED,
        /** It is done, and nobody hears of it. */
        ANSWER_LOST,
        /** It is not done. */
        DROPPED,
        FORBIDDEN,
        SLOW_DOWN
    }

    /** A request as it came. */
    record Request(String method, String uri, Headers headers) {
        String header(String name) {
            return headers.getFirst(name);
        }
    }

    private static final class Stored {
        private final byte[] body;
        private final Headers headers;

        Stored(byte[] body, Headers headers) {
            this.body = body;
            this.headers = headers;
        }
    }

    private final HttpServer server;
    private final Map<String, Stored> objects = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Deque<Optional<Fault>> next = new ArrayDeque<>();
    private boolean opaqueTags;

    SmallS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    List<Request> requests() {
        return requests;
    }

    List<String> methods() {
        return requests.stream().map(Request::method).toList();
    }

    Request latest() {
        return requests.get(requests.size() - 1);
    }

    /** The body of an object; null where there is none. */
    byte[] body(String uri) {
        Stored stored = objects.get(uri);
        return stored == null ? null : stored.body;
    }

    void put(String uri, byte[] body, Headers headers) {
        objects.put(uri, new Stored(body, headers));
    }

    /** Removes all objects. */
    void clear() {
        objects.clear();
    }

    /** From now on, as where objects are encrypted, tags say nothing of content. */
    void makeTagsOpaque() {
        opaqueTags = true;
    }

    /** What becomes of the next requests, one each. */
    void fail(List<Optional<Fault>> faults) {
        next.addAll(faults);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String uri = exchange.getRequestURI().toString();
        requests.add(new Request(exchange.getRequestMethod(), uri, exchange.getRequestHeaders()));
        Fault fault = next.isEmpty() ? null : next.remove().orElse(null);
        if (fault == Fault.GARBLED) {
            body[0] ^= 1;
        }
        if (fault == Fault.FORBIDDEN || fault == Fault.SLOW_DOWN) {
            exchange.sendResponseHeaders(fault == Fault.FORBIDDEN ? 403 : 503, -1);
        } else if (fault != Fault.DROPPED) {
            act(exchange, uri, body, fault == Fault.ANSWER_LOST);
        }
        exchange.close();
    }

    private void act(HttpExchange exchange, String uri, byte[] body, boolean unheard) throws IOException {
        boolean conditional = exchange.getRequestHeaders().containsKey("If-None-Match");
        int status = 200;
        switch (exchange.getRequestMethod()) {
            case "PUT" -> {
                if (conditional && objects.containsKey(uri)) {
                    status = 412;
                } else {
                    put(uri, body, exchange.getRequestHeaders());
                }
            }
            case "GET" -> status = objects.containsKey(uri) ? 200 : 404;
            default -> {
                objects.remove(uri);
                status = 204;
            }
        }
        if (unheard) {
            return;
        }
        byte[] sent = new byte[0];
        if (status == 200) {
            Stored stored = objects.get(uri);
            byte[] digest = ObjectContent.newMd5().digest(opaqueTags ? new byte[] {1} : stored.body);
            exchange.getResponseHeaders().set("ETag", '"' + HexFormat.of().formatHex(digest) + '"');
            stored.headers.forEach((name, values) -> {
                if (name.startsWith("X-amz-meta-")) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            sent = exchange.getRequestMethod().equals("GET") ? stored.body : sent;
        }
        exchange.sendResponseHeaders(status, sent.length == 0 ? -1 : sent.length);
        exchange.getResponseBody().write(sent);
    }
}
