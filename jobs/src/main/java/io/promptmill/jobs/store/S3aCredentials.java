package io.promptmill.jobs.store;

import io.promptmill.jobs.failure.Failures;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * The credentials that S3A itself uses, from whatever {@code fs.s3a.aws.credentials.provider} names: who lists and reads a
 * folder is who writes it. S3A gives them away as classes of an SDK that is on the cluster and not in this jar, of the first
 * generation up to Hadoop 3.3 and of the second after it, so they are called by name. Thread-safe, and asked anew for each
 * request, since some expire.
 */
final class S3aCredentials implements AwsCredentialsProvider {
    private final Object providers;
    private final Sdk sdk;

    private S3aCredentials(Object providers) {
        this.providers = providers;
        this.sdk = Arrays.stream(providers.getClass().getMethods())
                        .anyMatch(method -> method.getName().equals(Sdk.SECOND.ask))
                ? Sdk.SECOND
                : Sdk.FIRST;
    }

    /** How the generations of AWS's SDK call what is asked for. */
    private enum Sdk {
        FIRST("getCredentials", "getAWSAccessKeyId", "getAWSSecretKey", "AWSSessionCredentials", "getSessionToken"),
        SECOND("resolveCredentials", "accessKeyId", "secretAccessKey", "AwsSessionCredentials", "sessionToken");

        private final String ask;
        private final String key;
        private final String secret;
        private final String ofSession;
        private final String token;

        Sdk(String ask, String key, String secret, String ofSession, String token) {
            this.ask = ask;
            this.key = key;
            this.secret = secret;
            this.ofSession = ofSession;
            this.token = token;
        }
    }

    /** Those of a file system; empty where it is none of S3A, or one that keeps them to itself. */
    static Optional<S3aCredentials> of(FileSystem fileSystem) {
        try {
            Method share = fileSystem.getClass().getMethod("shareCredentials", String.class);
            return Optional.of(new S3aCredentials(share.invoke(fileSystem, "promptmill")));
        } catch (ReflectiveOperationException e) {
            return Optional.empty();
        }
    }

    @Override
    public AwsCredentials resolveCredentials() {
        try {
            Method ask = providers.getClass().getMethod(sdk.ask);
            Class<?> kind = ask.getReturnType();
            Object found = ask.invoke(providers);
            String key = text(kind, found, sdk.key);
            if (key == null) {
                return AnonymousCredentialsProvider.create().resolveCredentials();
            }
            String secret = text(kind, found, sdk.secret);
            Class<?> ofSession =
                    Class.forName(kind.getPackageName() + "." + sdk.ofSession, false, kind.getClassLoader());
            return ofSession.isInstance(found)
                    ? AwsSessionCredentials.create(key, secret, text(ofSession, found, sdk.token))
                    : AwsBasicCredentials.create(key, secret);
        } catch (InvocationTargetException e) {
            throw SdkClientException.create(Failures.rootMessage(e), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw SdkClientException.create("S3A gives no credentials", e);
        }
    }

    private static String text(Class<?> kind, Object of, String method) throws ReflectiveOperationException {
        return (String) kind.getMethod(method).invoke(of);
    }
}
