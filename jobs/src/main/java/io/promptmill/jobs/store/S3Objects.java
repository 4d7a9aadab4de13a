package io.promptmill.jobs.store;

import io.promptmill.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.UUID;
import java.util.WeakHashMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Objects of one bucket, put whole under a name that is free, and read. A network that loses requests and answers, cuts
 * or garbles them does no harm: each body goes with its MD5, by which the store checks it, and with its SHA-256 as
 * metadata, by which readers do; and each failure is settled by looking at what is there. Thread-safe.
 */
final class S3Objects {
    /** Metadata: the SHA-256 of the content, in hexadecimal digits. */
    private static final String SHA256 = "promptmill-sha256";

    /** Metadata: which put this is, as no other has the same. */
    private static final String PUT = "promptmill-put";

    private static final int NOT_FOUND = 404;

    /** As long as the file systems live, which Hadoop keeps, too. */
    private static final Map<FileSystem, S3Objects> OPEN = Collections.synchronizedMap(new WeakHashMap<>());

    /** What lies under a name. */
    private enum Found {
        NOTHING,
        /** The content, whoever has put it. */
        SAME,
        /** What this put has become on its way. */
        GARBLED,
        OTHER
    }

    private final S3Client client;
    private final S3Settings settings;
    private final S3Encryption encryption;

    private S3Objects(S3Client client, S3Settings settings) {
        this.client = client;
        this.settings = settings;
        this.encryption = settings.encryption(); // from Hadoop's credential files, perhaps
    }

    /** Those of the bucket of a file system; nobody closes them. */
    static S3Objects of(FileSystem fileSystem) {
        return OPEN.computeIfAbsent(fileSystem, S3Objects::open);
    }

    private static S3Objects open(FileSystem fileSystem) {
        S3Settings settings = new S3Settings(fileSystem.getUri().getHost(), fileSystem.getConf());
        return new S3Objects(S3Clients.of(fileSystem, settings), settings);
    }

    /**
     * Puts an object if none of that name is there.
     *
     * @return whether the name has this content now; false where it has another
     * @throws IOException when it has not, or nobody knows
     */
    boolean putIfAbsent(Path target, ObjectContent content) throws IOException {
        String put = UUID.randomUUID().toString();
        PutObjectRequest request = request(target, content, put);
        S3Attempts attempts = new S3Attempts("Cannot put " + target, settings.attempts());
        while (true) {
            Exception failure;
            try {
                String tag = client.putObject(request, RequestBody.fromFile(content.file()))
                        .eTag();
                if (content.hasTag(tag)) {
                    return true;
                }
                failure = new IOException("other bytes arrived than were put");
            } catch (RuntimeException e) { // the SDK's, and what it lets through of the HTTP client's
                failure = e;
            }
            try {
                switch (look(target, content, put)) {
                    case SAME -> {
                        return true;
                    }
                    case OTHER -> {
                        return false;
                    }
                    case GARBLED -> remove(target);
                    case NOTHING -> {}
                }
            } catch (RuntimeException | IOException e) {
                failure.addSuppressed(e);
            }
            attempts.afterFailure(failure);
        }
    }

    /**
     * Reads an object of this class's, or any other.
     *
     * @param most bytes from its beginning that are wanted at most
     * @throws FileNotFoundException when there is none
     * @throws IOException when it cannot be read, or does not arrive as it was put
     */
    byte[] read(Path file, int most) throws IOException {
        S3Attempts attempts = new S3Attempts("Cannot read " + file, settings.attempts());
        while (true) {
            Exception failure;
            try (ResponseInputStream<GetObjectResponse> in = client.getObject(request(file))) {
                byte[] content = in.readNBytes(most);
                if (content.length == most) {
                    in.abort(); // not at its end, perhaps
                    return content;
                }
                if (hasSize(in.response(), content.length) && isWhole(content, in.response())) {
                    return content;
                }
                failure = new IOException("its bytes are not those that were put");
            } catch (IOException | RuntimeException e) {
                if (isNotFound(e)) {
                    throw new FileNotFoundException("No such object: " + file);
                }
                failure = e;
            }
            attempts.afterFailure(failure);
        }
    }

    // The tag is enough, too: a store that checks no signatures may have taken a garbled digest beside a good body.
    // What S3A has put comes with no digest.
    private static boolean isWhole(byte[] content, GetObjectResponse answer) {
        String sha256 = answer.metadata().get(SHA256);
        return sha256 == null
                || sha256.equals(Sha256.ofBytes(content))
                || ObjectContent.isMd5(ObjectContent.newMd5().digest(content), answer.eTag());
    }

    private static boolean hasSize(GetObjectResponse answer, long bytes) {
        return answer.contentLength() == null || answer.contentLength() == bytes;
    }

    // One attempt only: who asks puts once more, which does no harm, and looks again.
    private Found look(Path target, ObjectContent content, String put) throws IOException {
        try (ResponseInputStream<GetObjectResponse> in = client.getObject(request(target))) {
            GetObjectResponse answer = in.response();
            boolean told = content.hasTag(answer.eTag());
            boolean same = told
                    || (hasSize(answer, content.bytes()) && Sha256.ofStream(in).equals(content.sha256()));
            if (told || !same) {
                in.abort(); // the rest need not come
            }
            if (same) {
                return Found.SAME;
            }
            return put.equals(answer.metadata().get(PUT)) ? Found.GARBLED : Found.OTHER;
        } catch (RuntimeException e) {
            if (isNotFound(e)) {
                return Found.NOTHING;
            }
            throw e;
        }
    }

    private void remove(Path target) {
        var unused = client.deleteObject(
                delete -> delete.bucket(bucket(target)).key(key(target)).requestPayer(payer()));
    }

    private PutObjectRequest request(Path target, ObjectContent content, String put) {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(bucket(target))
                .key(key(target))
                .ifNoneMatch("*")
                .contentMD5(content.contentMd5())
                .metadata(Map.of(SHA256, content.sha256(), PUT, put))
                .requestPayer(payer());
        settings.cannedAcl().ifPresent(request::acl);
        settings.storageClass().ifPresent(request::storageClass);
        encryption.applyTo(request);
        return request.build();
    }

    private GetObjectRequest request(Path file) {
        GetObjectRequest.Builder request =
                GetObjectRequest.builder().bucket(bucket(file)).key(key(file)).requestPayer(payer());
        encryption.applyTo(request);
        return request.build();
    }

    /** Null where the bucket's owner pays. */
    private String payer() {
        return settings.isTrue("requester.pays.enabled") ? "requester" : null;
    }

    private static String bucket(Path path) {
        return path.toUri().getHost();
    }

    private static String key(Path path) {
        return path.toUri().getPath().substring(1);
    }

    private static boolean isNotFound(Exception failure) {
        return failure instanceof AwsServiceException answer && answer.statusCode() == NOT_FOUND;
    }
}
