package io.promptmill.jobs.store;

import io.promptmill.jobs.failure.Failures;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
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
 * folder is who writes it. S3A of Hadoop 3.3 gives them away as classes of an SDK that is on the cluster and not in
 * this jar, so they are called by name. Thread-safe, and asked anew for each request, since some expire.
 */
final class S3aCredentials implements AwsCredentialsProvider {
    private final Object providers;

    private S3aCredentials(Object providers) {
        this.providers = providers;
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
            Method ask = providers.getClass().getMethod("getCredentials");
            Class<?> kind = ask.getReturnType();
            Object found = ask.invoke(providers);
            String key = text(kind, found, "getAWSAccessKeyId");
            if (key == null) {
                return AnonymousCredentialsProvider.create().resolveCredentials();
            }
            String secret = text(kind, found, "getAWSSecretKey");
            Class<?> ofSession =
                    Class.forName(kind.getPackageName() + ".AWSSessionCredentials", false, kind.getClassLoader());
            return ofSession.isInstance(found)
                    ? AwsSessionCredentials.create(key, secret, text(ofSession, found, "getSessionToken"))
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
