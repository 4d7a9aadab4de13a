package io.promptmill.jobs.cluster;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.MessageDigestSpi;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * A plugin of Spark with which one prompt is the end of each executor that computes it, as a crash of native code would
 * be: it brings a SHA-256 that halts the JVM once it has the digest of the prompt's id after the seed 0, by which the
 * engine keys the prompt's random numbers. It is among the jars of the tests' Spark.
 */
public final class HaltingPrompt implements SparkPlugin {
    /** Spark property: the prompt's id. */
    static final String ID = "spark.halting.prompt";

    @Override
    public DriverPlugin driverPlugin() {
        return null;
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new ExecutorPlugin() {
            @Override
            public void init(PluginContext context, Map<String, String> ignored) {
                Security.insertProviderAt(new HaltingDigests(context.conf().get(ID)), 1);
            }
        };
    }

    private static final class HaltingDigests extends Provider {
        private static final long serialVersionUID = 1;
        private static final String ALGORITHM = "SHA-256";

        HaltingDigests(String promptId) {
            super("halting", "1", "SHA-256 that halts the JVM");
            MessageDigest fatal = javas();
            fatal.update(ByteBuffer.allocate(Long.BYTES));
            byte[] digest = fatal.digest(promptId.getBytes(StandardCharsets.UTF_8));
            putService(new Service(this, "MessageDigest", ALGORITHM, Halting.class.getName(), List.of(), Map.of()) {
                @Override
                public Object newInstance(Object parameter) {
                    return new Halting(javas(), digest);
                }
            });
        }

        private static MessageDigest javas() {
            try {
                return MessageDigest.getInstance(ALGORITHM, Security.getProvider("SUN"));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static final class Halting extends MessageDigestSpi implements Cloneable {
        private final MessageDigest digest;
        private final byte[] fatal;

        Halting(MessageDigest digest, byte[] fatal) {
            this.digest = digest;
            this.fatal = fatal;
        }

        @Override
        protected void engineUpdate(byte value) {
            digest.update(value);
        }

        @Override
        protected void engineUpdate(byte[] values, int from, int length) {
            digest.update(values, from, length);
        }

        @Override
        protected byte[] engineDigest() {
            byte[] result = digest.digest();
            if (Arrays.equals(result, fatal)) {
                Runtime.getRuntime().halt(HaltingFileSystem.EXIT_CODE);
            }
            return result;
        }

        @Override
        protected void engineReset() {
            digest.reset();
        }

        @Override
        public Object clone() throws CloneNotSupportedException {
            return new Halting((MessageDigest) digest.clone(), fatal);
        }
    }
}
