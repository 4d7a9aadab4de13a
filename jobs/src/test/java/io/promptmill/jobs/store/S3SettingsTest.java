package io.promptmill.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.auth.AWSCredentials;
import com.amazonaws.auth.AWSCredentialsProvider;
import com.amazonaws.auth.BasicSessionCredentials;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.output.ExistingOutput;
import io.promptmill.jobs.output.OutputFolder;
import io.promptmill.jobs.store.SmallS3.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What S3A's settings make of the requests that Promptmill sends past it, and which settings are refused. */
@Tag("spark")
class S3SettingsTest {
    private static final String ADDED_KEY = "KioqKioqKioqKioqKioqKioqKioqKioqKioqKioqKio="; // 32 bytes

    private final Configuration hadoop = new Configuration();

    private SmallS3 store;

    @BeforeEach
    void start() throws IOException {
        store = new SmallS3();
        hadoop.set("fs.s3a.impl.disable.cache", "true");
        hadoop.set("fs.s3a.endpoint", store.url());
        hadoop.set("fs.s3a.path.style.access", "true");
        hadoop.set("fs.s3a.access.key", "the-key");
        hadoop.set("fs.s3a.secret.key", "the-secret");
        hadoop.set("fs.s3a.attempts.maximum", "1");
    }

    @AfterEach
    void stop() {
        store.close();
    }

    @Test
    void aPutGoesAtOnceUnderAConditionWithDigestsOfWhatItBrings() throws Exception {
        Request put = put();
        assertThat(put.uri()).isEqualTo("/bucket/out/a");
        assertThat(put.header("If-None-Match")).isEqualTo("*");
        assertThat(put.header("Content-MD5")).isEqualTo("XUFAKrxLKna5cZ2REBfFkg==");
        assertThat(put.header("x-amz-meta-promptmill-sha256"))
                .isEqualTo("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
                .isEqualTo(put.header("x-amz-content-sha256"));
        assertThat(put.header("x-amz-meta-promptmill-put")).hasSize(36);
        assertThat(put.header("Authorization")).contains("Credential=the-key/", "/us-east-1/s3/", "content-md5");
        assertThat(put.headers()).doesNotContainKeys("Expect", "X-amz-acl", "X-amz-server-side-encryption");
    }

    @ParameterizedTest
    @CsvSource({
        "encryption.algorithm,              AES256,                 x-amz-server-side-encryption,  AES256",
        "server-side-encryption-algorithm,  AES256,                 x-amz-server-side-encryption,  AES256",
        "encryption.algorithm,              SSE-KMS,                x-amz-server-side-encryption,  aws:kms",
        "acl.default,                       BucketOwnerFullControl, x-amz-acl,                     bucket-owner-full-control",
        "acl.default,                       Private,                x-amz-acl,                     private",
        "create.storage.class,              intelligent_tiering,    x-amz-storage-class,           INTELLIGENT_TIERING",
        "requester.pays.enabled,            true,                   x-amz-request-payer,           requester",
    })
    void aPutIsMadeAsS3AWouldMakeItWhetherASettingIsForAllBucketsOrThisOne(
            String name, String value, String header, String sent) throws Exception {
        Configuration all = new Configuration(hadoop);
        all.set("fs.s3a." + name, value);
        assertThat(put(all).header(header)).isEqualTo(sent);
        Configuration own = new Configuration(hadoop);
        own.set("fs.s3a.bucket.bucket." + name, value);
        assertThat(put(own).header(header)).isEqualTo(sent);
        Configuration other = new Configuration(hadoop);
        other.set("fs.s3a.bucket.other." + name, value);
        assertThat(put(other).header(header)).isNull();
    }

    @Test
    void keysOfEncryptionGoWithAPut() throws Exception {
        hadoop.set("fs.s3a.encryption.algorithm", "SSE-KMS");
        hadoop.set("fs.s3a.encryption.key", "arn:aws:kms:eu-west-1:1:key/2");
        assertThat(put().header("x-amz-server-side-encryption-aws-kms-key-id"))
                .isEqualTo("arn:aws:kms:eu-west-1:1:key/2");
        hadoop.set("fs.s3a.encryption.algorithm", "SSE-C");
        hadoop.set("fs.s3a.encryption.key", ADDED_KEY);
        Request put = put();
        assertThat(put.header("x-amz-server-side-encryption-customer-algorithm"))
                .isEqualTo("AES256");
        assertThat(put.header("x-amz-server-side-encryption-customer-key")).isEqualTo(ADDED_KEY);
        assertThat(put.header("x-amz-server-side-encryption-customer-key-MD5"))
                .isEqualTo(Base64.getEncoder()
                        .encodeToString(
                                ObjectContent.newMd5().digest("*".repeat(32).getBytes(StandardCharsets.US_ASCII))));
        new OutputFiles("s3a://bucket/out", hadoop).read("a");
        assertThat(store.latest().header("x-amz-server-side-encryption-customer-key"))
                .isEqualTo(ADDED_KEY);
    }

    @Test
    void aPutGoesThroughTheProxyWithItsNameAndPassword() throws Exception {
        hadoop.set("fs.s3a.endpoint", "http://no-such-host.invalid");
        hadoop.set("fs.s3a.proxy.host", "127.0.0.1");
        hadoop.set("fs.s3a.proxy.port", Integer.toString(store.port()));
        hadoop.set("fs.s3a.proxy.username", "user");
        hadoop.set("fs.s3a.proxy.password", "password");
        Request put = put();
        assertThat(put.uri()).isEqualTo("http://no-such-host.invalid/bucket/out/a");
        assertThat(put.header("Proxy-Authorization")).isEqualTo("Basic dXNlcjpwYXNzd29yZA==");
    }

    @Test
    void aPutHasTheCredentialsOfS3AWhateverProvidesThem() throws Exception {
        hadoop.set("fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider");
        assertThat(put().header("Authorization")).isNull();
        hadoop.set("fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.TemporaryAWSCredentialsProvider");
        hadoop.set("fs.s3a.session.token", "the-token");
        assertThat(put().header("x-amz-security-token")).isEqualTo("the-token");
        hadoop.set("fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
        Request simple = put();
        assertThat(simple.header("x-amz-security-token")).isNull();
        assertThat(simple.header("Authorization")).contains("Credential=the-key/");
        hadoop.set("fs.s3a.bucket.bucket.aws.credentials.provider", OfTheHouse.class.getName());
        Request ofTheHouse = put();
        assertThat(ofTheHouse.header("Authorization")).contains("Credential=key-of-the-house/");
        assertThat(ofTheHouse.header("x-amz-security-token")).isEqualTo("token-of-the-house");
    }

    /** A class of somebody's own, which S3A loads. */
    public static final class OfTheHouse implements AWSCredentialsProvider {
        @Override
        public AWSCredentials getCredentials() {
            return new BasicSessionCredentials("key-of-the-house", "secret-of-the-house", "token-of-the-house");
        }

        @Override
        public void refresh() {}
    }

    @Test
    void aPrefixOfTheUserAgentAndTheRegionAreKeptTo() throws Exception {
        hadoop.set("fs.s3a.user.agent.prefix", "nightly");
        hadoop.set("fs.s3a.endpoint.region", "eu-central-1");
        Request put = put();
        assertThat(put.header("User-Agent")).startsWith("nightly ");
        assertThat(put.header("Authorization")).contains("/eu-central-1/s3/");
    }

    @ParameterizedTest
    @CsvSource({
        "encryption.algorithm,      CSE-KMS,             'chunks and plan would lie there without it: '",
        "encryption.algorithm,      CSE-CUSTOM,          'chunks and plan would lie there without it: '",
        "encryption.algorithm,      SSE-C,               'there is no fs.s3a.encryption.key for it'",
        "encryption.context,        a=b,                 'keys for chunks would be asked for without it'",
        "delegation.token.binding,  a.Binding,           'the tokens hold for S3A alone'",
        "signing-algorithm,         S3SignerType,        'puts are signed by version 4 '",
        "s3.signing-algorithm,      OfTheHouse,          'puts are signed by version 4 '",
        "http.signer.enabled,       true,                'puts would not be signed by that class'",
        "s3.client.factory.impl,    a.Factory,           'chunks are put past S3A, and past that class'",
        "metadatastore.impl,        a.Store,             'chunks are put past S3A, and past that class'",
        "accesspoint.arn,           arn:aws:s3:e:1:a/b,  'chunks would be put past the access point'",
        "client.s3.custom.headers,  a=b,                 'puts would go without these headers'",
        "proxy.username,            user,                'a put over https cannot tell the proxy who asks'",
        "proxy.domain,              domain,              'puts know the proxy''s simple way of names and passwords only'",
        "proxy.workstation,         machine,             'puts know the proxy''s simple way of names and passwords only'",
        "proxy.ssl.enabled,         true,                'puts speak to the proxy without TLS'",
        "endpoint.fips,             true,                'an endpoint is set, too'",
    })
    void aSettingThatPutsWouldNotKeepToIsRefusedByItsName(String name, String value, String why) throws Exception {
        hadoop.set("fs.s3a.endpoint", "https://127.0.0.1:1");
        hadoop.set("fs.s3a.proxy.host", "127.0.0.1");
        S3aCredentials credentials = S3aCredentials.of(new Path("s3a://bucket/").getFileSystem(hadoop))
                .orElseThrow();
        for (String prefix : List.of("fs.s3a.", "fs.s3a.bucket.bucket.")) {
            hadoop.set(prefix + name, value);
            assertThatThrownBy(() -> S3SettingsCheck.check(
                            "s3a://bucket/out", new S3Settings("bucket", hadoop), Optional.of(credentials)))
                    .isInstanceOfSatisfying(RefusalException.class, refusal -> assertThat(refusal.exitCode())
                            .isEqualTo(ExitCode.OUTPUT_REFUSED))
                    .hasMessageMatching("s3_setting_not_kept: " + Pattern.quote(prefix + name) + " is (set|"
                            + Pattern.quote(value) + ") and cannot be kept to in --output s3a://bucket/out, "
                            + Pattern.quote(why) + ".*");
            hadoop.unset(prefix + name);
        }
    }

    @Test
    void aRefusalDoesNotTellWhatMayBeSecret() {
        hadoop.set("fs.s3a.client.s3.custom.headers", "x-token=a-secret");
        assertThatThrownBy(() -> new OutputFiles("s3a://bucket/out", hadoop).checkStore())
                .hasMessageStartingWith("s3_setting_not_kept: fs.s3a.client.s3.custom.headers is set and ")
                .message()
                .doesNotContain("a-secret");
    }

    @Test
    void aProviderOfCredentialsIsRefusedWhereTheFileSystemDoesNotTellWhatItProvides() throws Exception {
        S3SettingsCheck.check("s3a://bucket/out", new S3Settings("bucket", hadoop), Optional.empty());
        hadoop.set("fs.s3a.aws.credentials.provider", "a.Provider");
        assertThatThrownBy(() ->
                        S3SettingsCheck.check("s3a://bucket/out", new S3Settings("bucket", hadoop), Optional.empty()))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("s3_setting_not_kept: fs.s3a.aws.credentials.provider is a.Provider ");
    }

    @Test
    void theRefusalComesBeforeAnythingIsAskedOfTheStore() {
        hadoop.set("fs.s3a.encryption.context", "a=b");
        assertThatThrownBy(() -> OutputFolder.open(
                        "s3a://bucket/out", hadoop, List.of(new Path("file:/in")), ExistingOutput.REFUSED))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("s3_setting_not_kept: fs.s3a.encryption.context is set ")
                .hasMessageEndingWith(", unset it for this bucket, or write to another store");
        assertThat(store.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "signing-algorithm=AWSS3V4SignerType",
                "s3.client.factory.impl=org.apache.hadoop.fs.s3a.DefaultS3ClientFactory",
                "paging.maximum=7"
            })
    void aSettingThatChangesNothingForPutsIsLeftAlone(String setting) throws Exception {
        hadoop.set("fs.s3a." + setting.split("=", 2)[0], setting.split("=", 2)[1]);
        new OutputFiles("s3a://bucket/out", hadoop).checkStore();
    }

    private Request put() throws IOException {
        return put(hadoop);
    }

    private Request put(Configuration configuration) throws IOException {
        store.clear();
        OutputFiles files = new OutputFiles("s3a://bucket/out", configuration);
        try (PendingFile file = files.begin("a", "attempt")) {
            file.stream().write("hello".getBytes(StandardCharsets.UTF_8));
            assertThat(file.publish()).isTrue();
        }
        return store.latest();
    }
}
