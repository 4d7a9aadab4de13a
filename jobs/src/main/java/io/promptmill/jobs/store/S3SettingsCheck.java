package io.promptmill.jobs.store;

import io.promptmill.jobs.failure.RefusalException;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses, by name, settings of S3A that would hold for what S3A does and not for the objects that {@link S3Objects} puts
 * past it: who puts them, who can read them, and the way they go. What only tunes S3A is left alone.
 */
final class S3SettingsCheck {
    private static final String PACKAGE = "org.apache.hadoop.fs.s3a.";

    /** Classes of S3A's that do what our client does, too. */
    private static final Set<String> OWN_CLASSES =
            Set.of(PACKAGE + "DefaultS3ClientFactory", PACKAGE + "s3guard.NullMetadataStore");

    private static final String UNSET = "unset it for this bucket, or write to another store";

    private final String folder;
    private final S3Settings settings;

    private S3SettingsCheck(String folder, S3Settings settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /**
     * Refuses what cannot be kept to.
     *
     * @param credentials S3A's, if it gives them away
     */
    static void check(String folder, S3Settings settings, Optional<S3aCredentials> credentials)
            throws RefusalException {
        S3SettingsCheck check = new S3SettingsCheck(folder, settings);
        check.encryption();
        check.credentials(credentials);
        check.proxy();
        check.classes();
        check.access();
    }

    private void encryption() throws RefusalException {
        S3Encryption encryption = settings.encryption();
        if (!encryption.isKnown()) {
            String name = settings.secret("encryption.algorithm").isEmpty()
                    ? "server-side-encryption-algorithm"
                    : "encryption.algorithm";
            throw refused(
                    name,
                    encryption.algorithm(),
                    encryption.algorithm().equals("SSE-C")
                            ? "there is no fs.s3a.encryption.key for it"
                            : "chunks and plan would lie there without it: they are put by a client that has the store"
                                    + " encrypt, and does not encrypt itself",
                    "set AES256, SSE-KMS, DSSE-KMS or, with its key, SSE-C");
        }
        refuseIfSet("encryption.context", "keys for chunks would be asked for without it", UNSET);
    }

    private void credentials(Optional<S3aCredentials> credentials) throws RefusalException {
        refuseIfSet(
                "delegation.token.binding",
                "the tokens hold for S3A alone, and chunks are put past it",
                "name the credentials in fs.s3a.aws.credentials.provider instead");
        if (credentials.isEmpty() && settings.isGiven("aws.credentials.provider")) {
            throw refused(
                    "aws.credentials.provider",
                    settings.text("aws.credentials.provider"),
                    "this file system does not tell which credentials it uses, and chunks are put past it",
                    "use S3A of Hadoop 3.3 or later, or unset it and set fs.s3a.access.key and fs.s3a.secret.key");
        }
        for (String name : new String[] {"signing-algorithm", "s3.signing-algorithm"}) {
            String signing = settings.text(name);
            if (!signing.isEmpty() && !signing.equals("AWSS3V4SignerType")) {
                throw refused(
                        name,
                        signing,
                        "puts are signed by version 4 of Amazon's way, and by no other",
                        "set AWSS3V4SignerType or leave it out");
            }
        }
        refuseIfTrue("http.signer.enabled", "puts would not be signed by that class", UNSET);
    }

    private void proxy() throws RefusalException {
        if (settings.proxy().isEmpty()) {
            return;
        }
        String plain = "use a proxy that needs no name of a user, or an endpoint that begins with http://";
        if (settings.encryptsRequests()) {
            // What Java's HTTP client sends to open a tunnel has no such header.
            refuseIfSet("proxy.username", "a put over https cannot tell the proxy who asks", plain);
        }
        String ntlm = "puts know the proxy's simple way of names and passwords only";
        refuseIfSet("proxy.domain", ntlm, UNSET);
        refuseIfSet("proxy.workstation", ntlm, UNSET);
        refuseIfTrue("proxy.ssl.enabled", "puts speak to the proxy without TLS", UNSET);
    }

    private void classes() throws RefusalException {
        for (String name : new String[] {"s3.client.factory.impl", "metadatastore.impl"}) {
            String value = settings.text(name);
            if (!value.isEmpty() && !OWN_CLASSES.contains(value)) {
                throw refused(name, value, "chunks are put past S3A, and past that class", UNSET);
            }
        }
    }

    private void access() throws RefusalException {
        refuseIfSet(
                "accesspoint.arn",
                "chunks would be put past the access point",
                "write to the bucket itself, or to another store");
        refuseIfSet("client.s3.custom.headers", "puts would go without these headers", UNSET);
        if (settings.isTrue("endpoint.fips") && settings.endpoint().isPresent()) {
            throw refused(
                    "endpoint.fips", "true", "an endpoint is set, too", "set fs.s3a.endpoint.region alone, or neither");
        }
    }

    private void refuseIfSet(String name, String why, String remedy) throws RefusalException {
        if (!settings.text(name).isEmpty()) {
            throw refused(name, "set", why, remedy); // its value may be nobody's business
        }
    }

    private void refuseIfTrue(String name, String why, String remedy) throws RefusalException {
        if (settings.isTrue(name)) {
            throw refused(name, "true", why, remedy);
        }
    }

    private RefusalException refused(String name, String value, String why, String remedy) {
        return RefusalException.output(
                "s3_setting_not_kept",
                settings.nameOf(name) + " is " + value + " and cannot be kept to in --output " + folder,
                why,
                remedy);
    }
}
