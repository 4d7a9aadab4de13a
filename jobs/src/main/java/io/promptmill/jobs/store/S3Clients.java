package io.promptmill.jobs.store;

import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** S3 clients that follow {@link S3Settings}: S3A's place, proxy, credentials and patience. */
final class S3Clients {
    private static final String DEFAULT_REGION = "us-east-1";

    private S3Clients() {}

    /** A client for a file system's bucket; the caller closes it. */
    static S3Client of(FileSystem fileSystem, S3Settings settings) {
        String region = settings.region();
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(http(settings))
                .credentialsProvider(credentials(fileSystem, settings))
                .forcePathStyle(settings.isTrue("path.style.access"))
                // Stores other than Amazon's may not know the newer checksums, and all know Content-MD5.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                // Nor do all know bodies in signed pieces: the signature covers the digest of the whole.
                .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
                .overrideConfiguration(configuration(settings))
                .fipsEnabled(settings.isTrue("endpoint.fips"))
                .crossRegionAccessEnabled(
                        region.isEmpty() && settings.endpoint().isEmpty())
                .region(Region.of(region.isEmpty() ? DEFAULT_REGION : region));
        settings.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private static ClientOverrideConfiguration configuration(S3Settings settings) {
        ClientOverrideConfiguration.Builder configuration = ClientOverrideConfiguration.builder()
                // Whoever asks looks at what is there before the next attempt.
                .retryStrategy(DefaultRetryStrategy.doNotRetry())
                .addExecutionInterceptor(new AtOnce());
        settings.requestTimeout().ifPresent(configuration::apiCallAttemptTimeout);
        String agent = settings.text("user.agent.prefix");
        if (!agent.isEmpty()) {
            configuration.putAdvancedOption(SdkAdvancedClientOption.USER_AGENT_PREFIX, agent);
        }
        return configuration.build();
    }

    private static UrlConnectionHttpClient.Builder http(S3Settings settings) {
        UrlConnectionHttpClient.Builder http = UrlConnectionHttpClient.builder()
                .connectionTimeout(settings.connectTimeout())
                .socketTimeout(settings.socketTimeout());
        settings.proxy().ifPresent(proxy -> {
            ProxyConfiguration.Builder configuration =
                    ProxyConfiguration.builder().endpoint(proxy);
            String user = settings.secret("proxy.username");
            if (!user.isEmpty()) {
                configuration.username(user).password(settings.secret("proxy.password"));
            }
            http.proxyConfiguration(configuration.build());
        });
        return http;
    }

    private static AwsCredentialsProvider credentials(FileSystem fileSystem, S3Settings settings) {
        Optional<S3aCredentials> ofS3a = S3aCredentials.of(fileSystem);
        if (ofS3a.isPresent()) {
            return ofS3a.get();
        }
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

    /** Sends a body without asking first: Java's HTTP client fails in ways of its own where that question gets no answer. */
    private static final class AtOnce implements ExecutionInterceptor {
        @Override
        public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
            return context.httpRequest().toBuilder().removeHeader("Expect").build();
        }
    }
}
