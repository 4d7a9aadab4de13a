package io.promptmill.jobs.store;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * How the store is to encrypt objects, in S3A's words.
 *
 * @param algorithm {@code AES256} (SSE-S3), {@code SSE-KMS}, {@code DSSE-KMS} or {@code SSE-C}; empty for the bucket's own
 *     way
 * @param key for SSE-KMS the id of a key, or empty for the default one; for SSE-C the key itself in Base64
 */
record S3Encryption(String algorithm, String key) {
    S3Encryption {
        Objects.requireNonNull(algorithm, "algorithm");
        Objects.requireNonNull(key, "key");
    }

    /** Whether a store can do it with what is given here. */
    boolean isKnown() {
        return switch (algorithm) {
            case "", "AES256", "SSE-KMS", "DSSE-KMS" -> true;
            case "SSE-C" -> !key.isEmpty();
            default -> false;
        };
    }

    void applyTo(PutObjectRequest.Builder put) {
        switch (algorithm) {
            case "AES256" -> put.serverSideEncryption(ServerSideEncryption.AES256);
            case "SSE-KMS" -> withKey(put.serverSideEncryption(ServerSideEncryption.AWS_KMS));
            case "DSSE-KMS" -> withKey(put.serverSideEncryption(ServerSideEncryption.AWS_KMS_DSSE));
            case "SSE-C" -> put.sseCustomerAlgorithm("AES256")
                    .sseCustomerKey(key)
                    .sseCustomerKeyMD5(keyMd5());
            default -> {}
        }
    }

    void applyTo(GetObjectRequest.Builder get) {
        if (algorithm.equals("SSE-C")) {
            get.sseCustomerAlgorithm("AES256").sseCustomerKey(key).sseCustomerKeyMD5(keyMd5());
        }
    }

    private void withKey(PutObjectRequest.Builder put) {
        if (!key.isEmpty()) {
            put.ssekmsKeyId(key);
        }
    }

    private String keyMd5() {
        byte[] bytes = Base64.getDecoder().decode(key.getBytes(StandardCharsets.US_ASCII));
        return Base64.getEncoder().encodeToString(ObjectContent.newMd5().digest(bytes));
    }

    /** Without the key. */
    @Override
    public String toString() {
        return algorithm;
    }
}
