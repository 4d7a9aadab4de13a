package io.promptmill.jobs;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * S3 clients with the settings that S3A has: {@code fs.s3a.endpoint}, {@code endpoint.region}, {@code path.style.access},
 * {@code connection.ssl.enabled}, {@code access.key}, {@code secret.key}, {@code session.token}, each also for one bucket
 * as {@code fs.s3a.bucket.NAME.…}. Without keys the SDK's own chain looks for them: environment, profile, role of the
 * machine.
 */
final class S3Clients {
    private static final String DEFAULT_REGION = "us-east-1";

    private S3Clients() {}

    /** A client for the bucket of a path; the caller closes it. */
    static S3Client of(Path path, Configuration hadoop) throws IOException {
        Settings settings = new Settings(path.toUri().getHost(), hadoop);
        String region = settings.text("endpoint.region");
        String endpoint = settings.text("endpoint");
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .credentialsProvider(credentials(settings))
                .forcePathStyle(Boolean.parseBoolean(settings.text("path.style.access")))
                // Stores other than Amazon's may not know the newer checksums.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .crossRegionAccessEnabled(region.isEmpty() && endpoint.isEmpty())
                .region(Region.of(region.isEmpty() ? DEFAULT_REGION : region));
        if (!endpoint.isEmpty()) {
            String scheme = settings.text("connection.ssl.enabled").equals("false") ? "http://" : "https://";
            builder.endpointOverride(URI.create(endpoint.contains("://") ? endpoint : scheme + endpoint));
        }
        return builder.build();
    }

    private static AwsCredentialsProvider credentials(Settings settings) throws IOException {
        String key = settings.secret("access.key");
        String secret = settings.secret("secret.key");
        String token = settings.secret("session.token");
        if (key.isEmpty() || secret.isEmpty()) {
            return DefaultCredentialsProvider.create();
        }
        return StaticCredentialsProvider.create(
                token.isEmpty()
                        ? AwsBasicCredentials.create(key, secret)
                        : AwsSessionCredentials.create(key, secret, token));
    }

    /** S3A's settings for one bucket. */
    private record Settings(String bucket, Configuration hadoop) {
        String text(String name) {
            return hadoop.getTrimmed(ofBucket(name), hadoop.getTrimmed(ofAll(name), ""));
        }

        /** From Hadoop's credential files, too. */
        String secret(String name) throws IOException {
            char[] own = hadoop.getPassword(ofBucket(name));
            char[] found = own == null ? hadoop.getPassword(ofAll(name)) : own;
            return found == null ? "" : new String(found).strip();
        }

        private String ofBucket(String name) {
            return "fs.s3a.bucket." + bucket + "." + name;
        }

        private static String ofAll(String name) {
            return "fs.s3a." + name;
        }
    }
}
