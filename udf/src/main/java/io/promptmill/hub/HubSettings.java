package io.promptmill.hub;

import io.promptmill.Problem;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the hub and its cache are, by the environment variables of huggingface_hub (its {@code constants.py}). Immutable.
 *
 * @param endpoint of the hub, without a slash at its end
 * @param cache the folder of all cached repositories
 * @param token who asks; empty for nobody
 * @param isOffline whether nothing may be asked
 * @param hasLinks whether snapshots may be links to blobs
 * @param answerTimeout how long a connection and the beginning of an answer may take
 * @param readTimeout how long an answer may stand still
 */
record HubSettings(
        URL endpoint,
        Path cache,
        Optional<Token> token,
        boolean isOffline,
        boolean hasLinks,
        Duration answerTimeout,
        Duration readTimeout) {
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\{(\\w+)}|(\\w+))");

    /**
     * What proves to the hub who asks.
     *
     * @param value never shown
     * @param source where it was found
     */
    record Token(String value, String source) {
        @Override
        public String toString() {
            return "Token of " + source;
        }
    }

    /**
     * Reads them.
     *
     * @param environment variables by name
     * @throws InvalidCheckpointException when one is no value of its kind
     * @throws IOException when the file of the token cannot be read
     */
    static HubSettings of(Map<String, String> environment) throws InvalidCheckpointException, IOException {
        Path home = folder(environment, "HF_HOME").orElseGet(() -> folder(environment, "XDG_CACHE_HOME")
                .orElseGet(() -> home(environment).resolve(".cache"))
                .resolve("huggingface"));
        Path cache = folder(environment, "HF_HUB_CACHE")
                .orElseGet(() -> folder(environment, "HUGGINGFACE_HUB_CACHE").orElseGet(() -> home.resolve("hub")));
        return new HubSettings(
                endpoint(environment),
                cache.toAbsolutePath().normalize(),
                token(environment, home),
                isTrue(set(environment, "HF_HUB_OFFLINE").or(() -> set(environment, "TRANSFORMERS_OFFLINE"))),
                !isTrue(set(environment, "HF_HUB_DISABLE_SYMLINKS")),
                seconds(environment, "HF_HUB_ETAG_TIMEOUT"),
                seconds(environment, "HF_HUB_DOWNLOAD_TIMEOUT"));
    }

    private static URL endpoint(Map<String, String> environment) throws InvalidCheckpointException {
        String text = set(environment, "HF_ENDPOINT").orElse("https://huggingface.co");
        try {
            URL url = new URL(text.replaceAll("/+$", ""));
            if ((url.getProtocol().equals("https") || url.getProtocol().equals("http"))
                    && !url.getHost().isEmpty()
                    && url.getUserInfo() == null) {
                return url;
            }
        } catch (MalformedURLException e) {
            // Told below.
        }
        throw invalid("HF_ENDPOINT", text, "an address that begins with https:// or http://, without a password");
    }

    private static Optional<Token> token(Map<String, String> environment, Path home) throws IOException {
        if (isTrue(set(environment, "HF_HUB_DISABLE_IMPLICIT_TOKEN"))) {
            return Optional.empty();
        }
        for (String name : new String[] {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}) {
            Optional<Token> token = token(environment.getOrDefault(name, ""), name);
            if (token.isPresent()) {
                return token;
            }
        }
        Path file = folder(environment, "HF_TOKEN_PATH").orElseGet(() -> home.resolve("token"));
        return Files.isRegularFile(file) ? token(Files.readString(file), file.toString()) : Optional.empty();
    }

    private static Optional<Token> token(String text, String source) {
        String value = text.replace("\r", "").replace("\n", "").strip();
        return value.isEmpty() ? Optional.empty() : Optional.of(new Token(value, source));
    }

    private static Duration seconds(Map<String, String> environment, String name) throws InvalidCheckpointException {
        String text = set(environment, name).orElse("10");
        if (!text.matches("[1-9]\\d{0,5}")) {
            throw invalid(name, text, "a whole number of seconds");
        }
        return Duration.ofSeconds(Integer.parseInt(text));
    }

    private static InvalidCheckpointException invalid(String name, String value, String expected) {
        return new InvalidCheckpointException(new Problem(
                "hub_setting_invalid",
                "the environment variable " + name + " is " + InvalidCheckpointException.quote(value),
                expected + " is needed to ask the hub for a model",
                "correct it, or leave it out"));
    }

    /** A folder or file that a variable names, with what Python's expanduser and expandvars do. */
    private static Optional<Path> folder(Map<String, String> environment, String name) {
        return set(environment, name).map(text -> {
            String path = VARIABLE.matcher(text)
                    .replaceAll(found -> Matcher.quoteReplacement(environment.getOrDefault(
                            found.group(1) != null ? found.group(1) : found.group(2), found.group())));
            return path.equals("~") || path.startsWith("~/")
                    ? home(environment).resolve(path.substring(Math.min(2, path.length())))
                    : Path.of(path);
        });
    }

    private static Path home(Map<String, String> environment) {
        return Path.of(set(environment, "HOME").orElseGet(() -> System.getProperty("user.home")));
    }

    private static Optional<String> set(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    private static boolean isTrue(Optional<String> value) {
        return value.map(text -> TRUE.contains(text.toUpperCase(Locale.ROOT))).orElse(false);
    }
}
