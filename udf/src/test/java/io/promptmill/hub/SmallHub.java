package io.promptmill.hub;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.promptmill.Sha256;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileUtil;

/**
 * As much of the hub's API as it takes to fetch a model, in this JVM: the hub on one port, and on another the store that it
 * leads to for weights. It tells what it was asked, and can be told to fail.
 */
public final class SmallHub implements AutoCloseable {
    public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /** Of an address that leads to the store. */
    static final String SIGNATURE = "c2lnbmF0dXJl";

    private static final List<String> IN_LFS = List.of(".safetensors", ".bin");

    /** A request as it came. */
    record Request(String place, String method, String path, Headers headers) {
        String header(String name) {
            return headers.getFirst(name);
        }

        @Override
        public String toString() {
            return place + " " + method + " " + path;
        }
    }

    /** What happens to a request instead of what should. */
    interface Fault {
        void answer(HttpExchange exchange, byte[] content) throws IOException;
    }

    private final HttpServer hub;
    private final HttpServer store;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final String repository;
    private final Map<String, byte[]> files = new TreeMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
    private final Map<String, String> renamed = new ConcurrentHashMap<>();

    /** Nothing is in its one repository yet. */
    public SmallHub(String repository) throws IOException {
        this.repository = repository;
        this.hub = server(this::answerAsHub);
        this.store = server(this::answerAsStore);
    }

    private HttpServer server(HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", handler);
        server.setExecutor(threads);
        server.start();
        return server;
    }

    /** Puts files of a folder into the repository. */
    public SmallHub with(Path folder, String... names) throws IOException {
        for (String name : names) {
            with(name, Files.readAllBytes(folder.resolve(name)));
        }
        return this;
    }

    /** Puts a file into the repository. */
    public SmallHub with(String name, byte[] content) {
        files.put(name, content);
        return this;
    }

    SmallHub with(String name, String content) {
        return with(name, content.getBytes(StandardCharsets.UTF_8));
    }

    SmallHub without(String name) {
        files.remove(name);
        return this;
    }

    /** Leads from an older name of the repository to its own. */
    void rename(String from) {
        renamed.put(from, repository);
    }

    /** Lets the next request whose method and path hold a text fail; as many times as it is called. */
    void fail(String request, Fault fault) {
        faults.computeIfAbsent(request, absent -> new ArrayDeque<>()).add(fault);
    }

    /** An answer of a status without content. */
    static Fault status(int status, String... headers) {
        return (exchange, content) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    /** A whole answer that is cut behind so many bytes. */
    static Fault cutAt(int bytes) {
        return (exchange, content) -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, bytes);
            exchange.getResponseBody().flush();
        };
    }

    /** A success with other content. */
    static Fault instead(String text) {
        return (exchange, content) -> send(exchange, 200, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The environment of a client of it. */
    public Map<String, String> environment(Path home) {
        return Map.of("HF_ENDPOINT", url(), "HF_HOME", home.toString());
    }

    /** Fetches its model into the cache that this process has, which may ask no hub itself. */
    public HubModel intoCacheOfThisProcess() throws InvalidCheckpointException, IOException {
        Path cache = Path.of(System.getenv("HF_HUB_CACHE"));
        FileUtil.fullyDelete(
                cache.resolve("models--" + repository.replace("/", "--")).toFile());
        return Hub.with(Map.of("HF_ENDPOINT", url(), "HF_HUB_CACHE", cache.toString()))
                .bring(HubName.of(repository).orElseThrow());
    }

    public String url() {
        return "http://127.0.0.1:" + hub.getAddress().getPort();
    }

    List<Request> requests() {
        return requests;
    }

    List<String> asked() {
        return requests.stream().map(Request::toString).toList();
    }

    byte[] content(String file) {
        return files.get(file);
    }

    /** What the hub calls the content of a file. */
    String digest(String file) {
        byte[] content = files.get(file);
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
            return isInLfs(file) ? Sha256.ofBytes(content) : HexFormat.of().formatHex(sha1.digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isInLfs(String file) {
        return IN_LFS.stream().anyMatch(file::endsWith);
    }

    private void answerAsHub(HttpExchange exchange) throws IOException {
        String path = noted("hub", exchange);
        try (exchange) {
            for (Map.Entry<String, String> old : renamed.entrySet()) {
                if (path.contains("/" + old.getKey() + "/")) {
                    redirect(exchange, 307, path.replace(old.getKey(), old.getValue()));
                    return;
                }
            }
            if (path.equals("/api/models/" + repository + "/revision/main")
                    || path.equals("/api/models/" + repository + "/revision/" + COMMIT)) {
                byte[] listing = listing().getBytes(StandardCharsets.UTF_8);
                if (!failed(exchange, listing)) {
                    send(exchange, 200, listing);
                }
                return;
            }
            String resolve = "/" + repository + "/resolve/" + COMMIT + "/";
            String cached = "/api/resolve-cache/models/" + repository + "/" + COMMIT + "/";
            String file = path.startsWith(resolve) ? path.substring(resolve.length()) : path.replace(cached, "");
            if (failed(exchange, files.getOrDefault(file, new byte[0]))) {
                return;
            }
            if (path.startsWith("/api/models/")) {
                boolean isKnown = path.startsWith("/api/models/" + repository + "/");
                status(404, "X-Error-Code", isKnown ? "RevisionNotFound" : "RepoNotFound")
                        .answer(exchange, null);
            } else if (!files.containsKey(file)) {
                status(404, "X-Error-Code", "EntryNotFound").answer(exchange, null);
            } else {
                Headers headers = exchange.getResponseHeaders();
                headers.add("X-Repo-Commit", COMMIT);
                headers.add("X-Linked-Size", String.valueOf(files.get(file).length));
                headers.add("X-Linked-Etag", "\"" + digest(file) + "\"");
                if (isInLfs(file)) {
                    String address = "http://127.0.0.1:" + store.getAddress().getPort() + "/" + file;
                    redirect(exchange, 302, address + "?X-Amz-Signature=" + SIGNATURE + "&name=%22a%20b%22");
                } else if (path.startsWith(resolve)) {
                    redirect(exchange, 307, cached + file); // as the hub does since 2025
                } else {
                    send(exchange, 200, files.get(file));
                }
            }
        }
    }

    private void answerAsStore(HttpExchange exchange) throws IOException {
        String path = noted("store", exchange);
        try (exchange) {
            byte[] content = files.get(path.substring(1));
            if (failed(exchange, content)) {
                return;
            }
            String range = exchange.getRequestHeaders().getFirst("Range");
            if (range == null) {
                send(exchange, 200, content);
            } else {
                int from = Integer.parseInt(range.replaceAll("\\D", ""));
                exchange.getResponseHeaders()
                        .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
                send(exchange, 206, Arrays.copyOfRange(content, from, content.length));
            }
        }
    }

    private String noted(String place, HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        Headers headers = new Headers();
        headers.putAll(exchange.getRequestHeaders());
        requests.add(new Request(place, exchange.getRequestMethod(), path, headers));
        return path;
    }

    private boolean failed(HttpExchange exchange, byte[] content) throws IOException {
        Fault fault = fault(
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
        if (fault == null) {
            return false;
        }
        fault.answer(exchange, content);
        return true;
    }

    private synchronized Fault fault(String request) {
        for (Map.Entry<String, Deque<Fault>> fault : faults.entrySet()) {
            if (request.contains(fault.getKey()) && !fault.getValue().isEmpty()) {
                return fault.getValue().remove();
            }
        }
        return null;
    }

    private String listing() {
        String siblings = files.keySet().stream()
                .map(name -> "{\"rfilename\":\"" + name + "\"}")
                .collect(Collectors.joining(","));
        return "{\"id\":\"" + repository + "\",\"sha\":\"" + COMMIT + "\",\"tags\":[\"gpt2\"],\"siblings\":[" + siblings
                + "]}";
    }

    private static void redirect(HttpExchange exchange, int status, String location) throws IOException {
        exchange.getResponseHeaders().add("Location", location);
        exchange.sendResponseHeaders(status, -1);
    }

    private static void send(HttpExchange exchange, int status, byte[] content) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().add("Content-Length", String.valueOf(content.length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(content);
        }
    }

    @Override
    public void close() {
        if (!threads.isShutdown()) {
            hub.stop(0);
            store.stop(0);
            threads.shutdownNow();
        }
    }
}
