package io.promptmill.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.util.Optional;
import java.util.OptionalLong;

/** An answer to one request, whose body can be read once. Single-threaded; whoever asked closes it. */
final class HubResponse implements AutoCloseable {
    /** The status of an answer that begins where it was asked to. */
    static final int PARTIAL = HttpURLConnection.HTTP_PARTIAL;

    private final HttpURLConnection connection;
    private final int status;

    private HubResponse(HttpURLConnection connection) throws IOException {
        this.connection = connection;
        this.status = connection.getResponseCode();
        if (status < 0) {
            throw new IOException("what came back is no HTTP");
        }
    }

    /** No connection could be made, so that nothing has been asked. */
    static final class NotConnected extends IOException {
        private static final long serialVersionUID = 1;

        NotConnected(IOException cause) {
            super(cause);
        }
    }

    /**
     * Sends a request and waits for the beginning of its answer; follows no redirect. {@link HttpURLConnection} heeds the
     * proxies of the JVM, SOCKS among them, and gives up on a body that stands still, which {@code java.net.http} does not.
     *
     * @throws NotConnected when it could not be sent
     */
    static HubResponse of(HubRequest request) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) request.url().openConnection();
        connection.setRequestMethod(request.method());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setConnectTimeout(Math.toIntExact(request.timeout().toMillis()));
        connection.setReadTimeout(Math.toIntExact(request.timeout().toMillis()));
        request.headers().forEach(connection::setRequestProperty);
        try {
            connection.connect();
        } catch (IOException e) {
            throw new NotConnected(e);
        }
        return new HubResponse(connection);
    }

    int status() {
        return status;
    }

    /** Where it came from. */
    URL url() {
        return connection.getURL();
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(connection.getHeaderField(name))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    /** A header that is a whole number from 0; empty where it is none. */
    OptionalLong number(String name) {
        Optional<String> value = header(name).filter(text -> text.matches("\\d{1,18}"));
        return value.isPresent() ? OptionalLong.of(Long.parseLong(value.get())) : OptionalLong.empty();
    }

    /**
     * What it holds, as it comes; it may end early without an exception.
     *
     * @throws SocketTimeoutException from its reads when nothing comes for too long
     */
    InputStream body() throws IOException {
        return connection.getInputStream();
    }

    @Override
    public void close() {
        connection.disconnect();
    }
}
