package io.promptmill.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.UriKeys;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the hub for one model, as huggingface_hub does ({@code file_download.py}, {@code utils/_http.py}): the token goes to
 * the hub alone, and what fails for a while is asked for again. Single-threaded.
 */
final class HubClient {
    private static final Logger LOG = LoggerFactory.getLogger(HubClient.class);

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int MAX_REDIRECTS = 20;

    /** A listing has about 60 bytes and 3 tokens for each file. */
    private static final int MAX_LISTING_BYTES = 16 << 20;

    private static final int MAX_LISTING_TOKENS = 2_000_000;

    /** It leads nowhere that anything is fetched from. */
    private static final class BadRedirect extends IOException {
        private static final long serialVersionUID = 1;

        BadRedirect(String message) {
            super(message);
        }
    }

    private final HubSettings settings;
    private final HubRefusals refusals;
    private final Retries retries;
    private final Set<String> hubs;
    private boolean isReached;

    /**
     * Nothing is asked yet.
     *
     * @param retries when what fails is tried again
     */
    HubClient(HubSettings settings, HubRefusals refusals, Retries retries) throws IOException {
        this.settings = settings;
        this.refusals = refusals;
        this.retries = retries;
        // _HUB_ORIGINS of huggingface_hub: a mirror may lead to the hub itself.
        this.hubs = Set.copyOf(List.of(
                origin(settings.endpoint()),
                origin(new URL("https://huggingface.co")),
                origin(new URL("https://hf.co"))));
    }

    /** What the hub has by that name. */
    Listing listing(HubName name) throws InvalidCheckpointException, IOException {
        String revision = URLEncoder.encode(name.revisionOrMain(), StandardCharsets.UTF_8);
        URL url = new URL(settings.endpoint() + "/api/models/" + name.repository() + "/revision/" + revision);
        try (HubResponse response = ask("GET", url, Map.of(), settings.answerTimeout())) {
            return listing(response);
        }
    }

    private Listing listing(HubResponse response) throws InvalidCheckpointException {
        JsonNode json;
        try (InputStream body = response.body()) {
            byte[] text = body.readNBytes(MAX_LISTING_BYTES);
            json = StrictJson.tree(new String(text, StandardCharsets.UTF_8), MAX_LISTING_TOKENS);
        } catch (JsonProcessingException e) {
            throw refusals.noHub("a list of files is no JSON");
        } catch (IOException e) {
            throw refusals.unreachable(e);
        }
        if (json == null
                || !HubName.isCommit(json.path("sha").asText())
                || !json.path("siblings").isArray()) {
            throw refusals.noHub("it tells no commit and no list of files");
        }
        Set<String> files = new HashSet<>();
        json.path("siblings").forEach(file -> files.add(file.path("rfilename").asText()));
        return new Listing(json.path("id").asText(), json.path("sha").asText(), files);
    }

    /**
     * What the hub tells of a file before it is fetched.
     *
     * @param name with the commit
     */
    RemoteFile file(HubName name, String file) throws InvalidCheckpointException, IOException {
        try (HubResponse response = ask("HEAD", url(name, file), Map.of(), settings.answerTimeout())) {
            // Where it leads elsewhere, those of the answer itself are of the link.
            boolean leadsElsewhere = REDIRECTS.contains(response.status());
            Optional<String> digest = response.header("X-Linked-Etag")
                    .or(() -> response.header("ETag"))
                    .map(tag -> tag.replaceFirst("^W/", "").replace("\"", ""))
                    .filter(RemoteFile::isDigest);
            long bytes = response.number("X-Linked-Size")
                    .orElseGet(() -> leadsElsewhere
                            ? -1
                            : response.number("Content-Length").orElse(-1));
            if (!response.header("X-Repo-Commit").equals(name.revision())) {
                throw refusals.noHub("it does not tell the commit of " + file);
            }
            if (digest.isEmpty() || bytes < 0) {
                throw refusals.noHub("it does not tell digest and size of " + file);
            }
            return new RemoteFile(file, digest.get(), bytes);
        }
    }

    /**
     * The content of a file.
     *
     * @param name with the commit
     * @param from how many bytes of it are here; where the answer's status is not 206, it begins at 0 all the same
     */
    HubResponse content(HubName name, String file, long from) throws InvalidCheckpointException, IOException {
        Map<String, String> range = from > 0 ? Map.of("Range", "bytes=" + from + "-") : Map.of();
        return ask("GET", url(name, file), range, settings.readTimeout());
    }

    private URL url(HubName name, String file) throws IOException {
        return new URL(settings.endpoint() + "/" + name.repository() + "/resolve/"
                + name.revision().orElseThrow() + "/" + file);
    }

    /** The answer that means success, in the end. */
    private HubResponse ask(String method, URL url, Map<String, String> headers, Duration timeout)
            throws InvalidCheckpointException, IOException {
        for (int failures = 1; ; failures++) {
            long wait = retries.wait(failures);
            String failure;
            try {
                HubResponse response = follow(method, url, headers, timeout);
                isReached = true;
                if (response.status() < 400) {
                    return response;
                }
                try (response) {
                    if (!PASSING.contains(response.status()) || retries.areUsedUp(failures)) {
                        throw refusals.of(response);
                    }
                    failure = "the hub answered with the status " + response.status();
                    wait = Math.max(wait, secondsToWait(response));
                }
                if (retries.isTooLong(wait)) {
                    throw refusals.rateLimited(wait);
                }
            } catch (IOException e) {
                if (!isPassing(e) || retries.areUsedUp(failures)) {
                    throw refusals.unreachable(e);
                }
                failure = e.toString();
            }
            LOG.warn("{}, it is asked again in {} s", InvalidCheckpointException.oneLine(UriKeys.hide(failure)), wait);
            retries.pause(wait);
        }
    }

    /** What never was reached is not there; what was may come back. */
    private boolean isPassing(IOException e) {
        return !(e instanceof BadRedirect)
                && !(e instanceof SSLException)
                && !(e.getCause() instanceof SSLException)
                && !(e.getCause() instanceof UnknownHostException)
                && (isReached || !(e instanceof HubResponse.NotConnected));
    }

    /** {@code RateLimit} with nothing left, or {@code Retry-After}; a second more, since both are rounded. */
    private static long secondsToWait(HubResponse response) {
        Optional<String> limit = response.header("RateLimit")
                .filter(text -> response.status() == TOO_MANY_REQUESTS)
                .filter(text -> text.matches(".*;\\s*r\\s*=\\s*0\\s*;\\s*t\\s*=\\s*\\d{1,9}\\b.*"))
                .map(text -> text.replaceFirst(".*;\\s*t\\s*=\\s*(\\d+).*", "$1"));
        return limit.isPresent()
                ? Long.parseLong(limit.get()) + 1
                : response.number("Retry-After").orElse(-1) + 1;
    }

    private HubResponse follow(String method, URL start, Map<String, String> headers, Duration timeout)
            throws IOException {
        URL url = start;
        for (int redirects = 0; redirects < MAX_REDIRECTS; redirects++) {
            boolean isHub = hubs.contains(origin(url));
            Map<String, String> sent = new LinkedHashMap<>(headers);
            sent.put("User-Agent", "promptmill");
            sent.put("Accept", "*/*");
            sent.put("Accept-Encoding", "identity"); // the size that is told is then the file's
            if (isHub) {
                settings.token().ifPresent(token -> sent.put("Authorization", "Bearer " + token.value()));
            }
            HubResponse response = HubResponse.of(new HubRequest(method, url, sent, timeout));
            Optional<String> location = response.header("Location");
            if (!REDIRECTS.contains(response.status()) || location.isEmpty()) {
                return response;
            }
            URL target = new URL(url, location.get());
            if (method.equals("HEAD") && !hubs.contains(origin(target))) {
                return response; // digest and size are told here, and only here
            }
            response.close();
            if (!target.getProtocol().equals("https") && !(isPlain(target) && isPlain(url))) {
                throw new BadRedirect("it leads from " + url.getProtocol() + " to " + target.getProtocol());
            }
            url = target;
        }
        throw new BadRedirect("it leads on and on");
    }

    private static boolean isPlain(URL url) {
        return url.getProtocol().equals("http");
    }

    /** Scheme, host and port. */
    private static String origin(URL url) {
        int port = url.getPort() < 0 ? url.getDefaultPort() : url.getPort();
        return url.getProtocol() + "://" + url.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }
}
