package io.promptmill.jobs.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;

/**
 * The settings that S3A has for one bucket, {@code fs.s3a.NAME} or, before that, {@code fs.s3a.bucket.BUCKET.NAME}, as far
 * as they concern who puts an object, where, and how. Names and defaults are those of Hadoop's
 * {@code org.apache.hadoop.fs.s3a.Constants}; {@link S3SettingsCheck} knows which are refused. Immutable.
 */
final class S3Settings {
    private static final String HADOOP_DEFAULTS = "core-default.xml";
    private static final int DEFAULT_ATTEMPTS = 20;
    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;

    private final String bucket;
    private final Configuration hadoop;

    S3Settings(String bucket, Configuration hadoop) {
        this.bucket = bucket;
        this.hadoop = hadoop;
    }

    /** A setting as it stands there; empty where it is not set. */
    String text(String name) {
        return hadoop.getTrimmed(ofBucket(name), hadoop.getTrimmed(ofAll(name), ""));
    }

    /** Whether somebody has set a setting, which may have a value in Hadoop's defaults. */
    boolean isGiven(String name) {
        String[] sources = hadoop.getPropertySources(nameOf(name));
        return sources != null && !sources[sources.length - 1].equals(HADOOP_DEFAULTS);
    }

    boolean isTrue(String name) {
        return Boolean.parseBoolean(text(name));
    }

    /** A setting that may stand in Hadoop's credential files, too. */
    String secret(String name) {
        try {
            char[] own = hadoop.getPassword(ofBucket(name));
            char[] found = own == null ? hadoop.getPassword(ofAll(name)) : own;
            return found == null ? "" : new String(found).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the credential files for " + ofAll(name), e);
        }
    }

    /** The name under which a setting is found, for messages. */
    String nameOf(String name) {
        return hadoop.getTrimmed(ofBucket(name), "").isEmpty() ? ofAll(name) : ofBucket(name);
    }

    /** Where requests go; empty for Amazon's own places. */
    Optional<URI> endpoint() {
        String endpoint = text("endpoint");
        if (endpoint.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(URI.create(endpoint.contains("://") ? endpoint : scheme() + "://" + endpoint));
    }

    String region() {
        return text("endpoint.region");
    }

    /** Whether requests are made over TLS. */
    boolean encryptsRequests() {
        return endpoint().map(URI::getScheme).orElseGet(this::scheme).equals("https");
    }

    /** The proxy on the way to the store. */
    Optional<URI> proxy() {
        String host = text("proxy.host");
        if (host.isEmpty()) {
            return Optional.empty();
        }
        String port = text("proxy.port");
        int number = port.isEmpty() ? (scheme().equals("https") ? HTTPS_PORT : HTTP_PORT) : Integer.parseInt(port);
        return Optional.of(URI.create("http://" + host + ":" + number));
    }

    /** The access that objects give to others, in the store's spelling; empty for its default. */
    Optional<String> cannedAcl() {
        String acl = text("acl.default"); // BucketOwnerFullControl
        return acl.isEmpty()
                ? Optional.empty()
                : Optional.of(acl.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT));
    }

    /** The class of storage, in the store's spelling; empty for its default. */
    Optional<String> storageClass() {
        String storage = text("create.storage.class");
        return storage.isEmpty() ? Optional.empty() : Optional.of(storage.toUpperCase(Locale.ROOT));
    }

    S3Encryption encryption() {
        return new S3Encryption(
                secret("encryption.algorithm", "server-side-encryption-algorithm"),
                secret("encryption.key", "server-side-encryption.key"));
    }

    /** A secret by its name, or by the one that it had until Hadoop 3.3.1. */
    private String secret(String name, String oldName) {
        String found = secret(name);
        return found.isEmpty() ? secret(oldName) : found;
    }

    Duration connectTimeout() {
        return duration("connection.establish.timeout", Duration.ofSeconds(5));
    }

    /** For how long a connection may be silent. */
    Duration socketTimeout() {
        return duration("connection.timeout", Duration.ofSeconds(200));
    }

    /** How long a request may take as a whole; empty where that is not limited. */
    Optional<Duration> requestTimeout() {
        return Optional.of(duration("connection.request.timeout", Duration.ZERO))
                .filter(limit -> !limit.isZero());
    }

    /** How often a request is tried at most. */
    int attempts() {
        String attempts = text("attempts.maximum");
        return attempts.isEmpty() ? DEFAULT_ATTEMPTS : Math.max(1, Integer.parseInt(attempts));
    }

    private Duration duration(String name, Duration otherwise) {
        return Duration.ofMillis(hadoop.getTimeDuration(nameOf(name), otherwise.toMillis(), TimeUnit.MILLISECONDS));
    }

    private String scheme() {
        return text("connection.ssl.enabled").equals("false") ? "http" : "https";
    }

    private String ofBucket(String name) {
        return "fs.s3a.bucket." + bucket + "." + name;
    }

    private static String ofAll(String name) {
        return "fs.s3a." + name;
    }
}
