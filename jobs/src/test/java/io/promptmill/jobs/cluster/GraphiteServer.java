package io.promptmill.jobs.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Takes what is sent to Graphite, in its plaintext protocol: a line {@code NAME VALUE SECONDS} for each figure. */
final class GraphiteServer {
    private static final String END = "end";

    private final ServerSocket socket;
    private final CompletableFuture<List<String>> lines;

    private GraphiteServer(ServerSocket socket) {
        this.socket = socket;
        this.lines = CompletableFuture.supplyAsync(this::receive, task -> new Thread(task, "graphite").start());
    }

    static GraphiteServer start() throws IOException {
        return new GraphiteServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    int port() {
        return socket.getLocalPort();
    }

    /** All lines of the senders that have come so far. */
    List<String> stop() throws IOException {
        try (Socket last = new Socket(InetAddress.getLoopbackAddress(), port())) {
            last.getOutputStream().write(END.getBytes(StandardCharsets.UTF_8));
        }
        return lines.join();
    }

    private List<String> receive() {
        List<String> all = new ArrayList<>();
        try (socket) {
            while (!all.contains(END)) {
                try (Socket sender = socket.accept();
                        BufferedReader reader = new BufferedReader(
                                new InputStreamReader(sender.getInputStream(), StandardCharsets.UTF_8))) {
                    reader.lines().forEach(all::add);
                }
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
