package io.promptmill.hub;

import java.net.URL;
import java.time.Duration;
import java.util.Map;

/**
 * What is asked for.
 *
 * @param method of HTTP
 * @param timeout how long connecting may take, and how long an answer may stand still
 */
record HubRequest(String method, URL url, Map<String, String> headers, Duration timeout) {
    HubRequest {
        headers = Map.copyOf(headers);
    }

    /** Without headers and query, which nobody is to see. */
    @Override
    public String toString() {
        return method + " " + url.getHost() + url.getPath();
    }
}
