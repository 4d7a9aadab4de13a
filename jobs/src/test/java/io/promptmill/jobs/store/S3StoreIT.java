package io.promptmill.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.Sha256;
import io.promptmill.jobs.cluster.ClusterRuns;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.generate.GenerateRuns;
import io.promptmill.jobs.lease.Lease;
import io.promptmill.jobs.output.ChunkPlan;
import io.promptmill.jobs.store.FaultyProxy.Faults;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real S3 API, on a good network and on bad ones; S3A lists and reads, Promptmill's own conditional put writes. With
 * {@code -Pchaos} more runs through a network that loses answers, each a line of a report.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3StoreIT extends StoreContract {
    private static final String BUCKET = "bucket";
    private static final String ROOT = "a-bucket-as-folder";
    private static final String CHECKING = "behind-a-bad-network";
    private static final String TRUSTING = "behind-a-bad-network-and-checks-nothing";
    private static final String GARBLED = "behind-a-network-that-garbles-all";

    private static final Faults LOSSES = new Faults(0.12, 0.10, 0, 0);
    private static final int WRITERS = 8;
    private static final int FLIPPED_BITS = 31;
    private static final int SOME_FLIPPED_BITS = 5;
    private static final String[] SETTINGS = {"--chunks=3", "--max-new-tokens=2", "--seed=3"};

    private final GenerateRuns runs = new GenerateRuns();

    private S3Server server;
    private URI gate;
    private FaultyProxy network;
    private FaultyProxy toTrusting;
    private Path input;
    private Map<String, String> undisturbed;

    @BeforeAll
    void start(@TempDir Path temp) throws Exception {
        server = S3Server.start(BUCKET, ROOT, CHECKING, TRUSTING, GARBLED);
        gate = server.gate(Set.of());
        network = new FaultyProxy(gate);
        toTrusting = new FaultyProxy(server.gate(Set.of("content-md5")));
        configure(TestSpark.session().sparkContext().hadoopConfiguration());
        input = temp.resolve("in");
        TestSpark.session()
                .sql("select id, concat('The sea ', id) as prompt from range(12)")
                .write()
                .parquet(input.toString());
        runs.generate(input.toString(), temp.resolve("out"), SETTINGS);
        undisturbed = GenerateRuns.chunks(temp.resolve("out"));
        assertThat(undisturbed).hasSize(3);
    }

    @AfterAll
    void stop() throws IOException {
        network.close();
        toTrusting.close();
        server.close();
    }

    @AfterEach
    void mendNetworks() {
        network.begin(FaultyProxy.NONE, 0);
        toTrusting.begin(FaultyProxy.NONE, 0);
    }

    @Test
    void theServerOfThisTestKnowsTheConditionAndChecksWhatArrives() throws Exception {
        HttpRequest.Builder put = HttpRequest.newBuilder(gate.resolve("/" + BUCKET + "/twice"))
                .header("If-None-Match", "*")
                .PUT(HttpRequest.BodyPublishers.ofString("x"));
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest wrong =
                put.copy().header("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==").build(); // of nothing
        assertThat(client.send(wrong, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(400);
        assertThat(client.send(put.build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(200);
        assertThat(client.send(put.build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(412);
    }

    @Test
    void aStoreThatIgnoresTheConditionIsRefused() throws Exception {
        Configuration configuration = hadoop();
        configuration.set(
                "fs.s3a.endpoint", server.gate(Set.of("if-none-match")).toString());
        configuration.set("fs.s3a.impl.disable.cache", "true");
        assertThatThrownBy(() -> Lease.acquire(new OutputFiles(newFolder(), configuration)))
                .isInstanceOf(IOException.class)
                .hasMessage("this store replaces an existing file where it was asked not to");
    }

    @Test
    void aStoreThatCannotBeReachedIsRefusedAfterTheAttemptsThatS3AHas() {
        Configuration wrong = hadoop();
        wrong.set("fs.s3a.endpoint", "http://127.0.0.1:1");
        wrong.set("fs.s3a.impl.disable.cache", "true");
        wrong.set("fs.s3a.attempts.maximum", "2");
        assertThatThrownBy(() -> new OutputFiles("s3a://bucket/out", wrong).writeIfAbsent("a", utf8("x")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Cannot put s3a://bucket/out/a: ")
                .hasMessageEndingWith(" (2 attempts)");
    }

    @Test
    void aBucketThatDoesNotExistIsNotAskedForAgainAndAgain() {
        assertThatThrownBy(() -> new OutputFiles("s3a://no-such-bucket/out", hadoop()).writeIfAbsent("a", utf8("x")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Cannot put s3a://no-such-bucket/out/a: ")
                .hasMessageEndingWith(" (4 attempts)");
    }

    @Test
    void aBucketIsAFolderWithAndWithoutASlash() throws Exception {
        assertThat(runs.generate(() -> false, input.toString(), "s3a://" + ROOT, SETTINGS))
                .isEqualTo(ExitCode.DONE);
        OutputFiles files = new OutputFiles("s3a://" + ROOT, hadoop());
        assertThat(chunks(files)).isEqualTo(undisturbed);
        assertThat(sizes(files))
                .containsOnlyKeys(
                        "_SUCCESS",
                        "_promptmill/manifest.json",
                        "_promptmill/plan.json",
                        "_promptmill/report.html",
                        "_promptmill/work.json",
                        "chunk-00000-of-00003.parquet",
                        "chunk-00001-of-00003.parquet",
                        "chunk-00002-of-00003.parquet");
        files.delete(files.path("chunk-00001-of-00003.parquet"));
        String[] resumed = {"--chunks=3", "--max-new-tokens=2", "--seed=3", "--resume"};
        assertThat(runs.generate(() -> false, input.toString(), "s3a://" + ROOT + "/", resumed))
                .isEqualTo(ExitCode.DONE);
        assertThat(runs.out()).contains("2 of 3 chunks were there already");
        assertThat(chunks(files)).isEqualTo(undisturbed);
    }

    static IntStream losses() {
        return ClusterRuns.range("promptmill.chaos.losses");
    }

    /** Every request of the run meets it, S3A's and ours. */
    @ParameterizedTest
    @MethodSource("losses")
    void aRunThroughANetworkThatLosesAnswersAndConnectionsEndsAsAnUndisturbedOne(int seed) throws Exception {
        String folder = "s3a://" + CHECKING + "/" + UUID.randomUUID() + "/out";
        network.begin(LOSSES, seed);
        long start = System.nanoTime();
        String equal = "no";
        try {
            assertThat(runs.generate(() -> false, input.toString(), folder, SETTINGS))
                    .as("seed %d", seed)
                    .isEqualTo(ExitCode.DONE);
            int losses = network.done();
            mendNetworks();
            assertThat(chunks(new OutputFiles(folder, hadoop()))).isEqualTo(undisturbed);
            assertThat(losses).isGreaterThan(10);
            equal = "yes";
        } finally {
            ClusterRuns.report("losses seed=%d seconds=%.0f equal=%s", seed, (System.nanoTime() - start) / 1e9, equal);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CHECKING, TRUSTING})
    void whatWasGarbledOnItsWayIsRefusedByTheStoreOrFoundByTheCheckAndPutAgain(String bucket) throws Exception {
        FaultyProxy way = bucket.equals(CHECKING) ? network : toTrusting;
        OutputFiles files = new OutputFiles("s3a://" + bucket + "/" + UUID.randomUUID(), hadoop());
        Map<String, String> put = new ConcurrentHashMap<>();
        AtomicInteger numbers = new AtomicInteger();
        int flips = bucket.equals(CHECKING) ? SOME_FLIPPED_BITS : FLIPPED_BITS;
        way.begin(new Faults(0, 0, 0.35, 0), 31);
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS); // whose waits are at the same time
        try {
            Callable<Void> writer = () -> {
                while (way.done() < flips) {
                    int number = numbers.getAndIncrement();
                    byte[] content = new byte[4_000];
                    new Random(number).nextBytes(content);
                    assertThat(files.writeIfAbsent("file-" + number, content)).isTrue();
                    put.put("file-" + number, Sha256.ofBytes(content));
                }
                return null;
            };
            for (Future<Void> end : threads.invokeAll(Collections.nCopies(WRITERS, writer))) {
                end.get();
            }
        } finally {
            threads.shutdownNow();
        }
        way.begin(new Faults(0, 0, 0, 0.35), 32);
        while (way.done() < SOME_FLIPPED_BITS) {
            for (Map.Entry<String, String> file : put.entrySet()) {
                assertThat(Sha256.ofBytes(files.read(file.getKey()))).isEqualTo(file.getValue());
            }
        }
        mendNetworks();
        assertThat(sizes(files)).hasSameSizeAs(put);
    }

    @Test
    void aRunThatIsGarbledNowAndThenIsWholeAndOneThatIsGarbledAlwaysEndsWithAnError() throws Exception {
        String folder = "s3a://" + TRUSTING + "/" + UUID.randomUUID();
        toTrusting.begin(new Faults(0, 0, 0.5, 0), 4412); // the first, and never two of four in a row
        assertThat(runs.generate(() -> false, input.toString(), folder, SETTINGS))
                .isEqualTo(ExitCode.DONE);
        assertThat(toTrusting.done()).isPositive();
        mendNetworks();
        assertThat(chunks(new OutputFiles(folder, hadoop()))).isEqualTo(undisturbed);

        String hopeless = "s3a://" + GARBLED + "/" + UUID.randomUUID();
        network.begin(new Faults(0, 0, 1, 0), 5);
        assertThatThrownBy(() -> runs.generate(() -> false, input.toString(), hopeless, SETTINGS))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("output_unusable: --output " + hopeless + " cannot be used, Cannot put "
                        + hopeless + "/_promptmill/plan.json: Content-MD5 does not match ")
                .hasMessageContaining(" (3 attempts), ");
        mendNetworks();
        assertThat(sizes(new OutputFiles(hopeless, hadoop()))).isEmpty();
    }

    @Override
    String newFolder() {
        return "s3a://" + BUCKET + "/" + UUID.randomUUID() + "/out";
    }

    @Override
    Configuration hadoop() {
        return configure(new Configuration());
    }

    private static Map<String, String> chunks(OutputFiles files) throws IOException {
        Map<String, String> chunks = new TreeMap<>();
        for (String name : sizes(files).keySet()) {
            if (ChunkPlan.isFileName(name)) {
                chunks.put(name, Sha256.ofStream(files.open(name)));
            }
        }
        return chunks;
    }

    private Configuration configure(Configuration configuration) {
        configuration.set("fs.s3a.endpoint", gate.toString());
        configuration.set("fs.s3a.path.style.access", "true");
        configuration.set("fs.s3a.access.key", "key");
        configuration.set("fs.s3a.secret.key", "secret");
        configuration.set("fs.s3a.change.detection.mode", "none");
        configuration.set(
                "fs.s3a.bucket." + CHECKING + ".endpoint", network.url().toString());
        configuration.set(
                "fs.s3a.bucket." + TRUSTING + ".endpoint", toTrusting.url().toString());
        configuration.set(
                "fs.s3a.bucket." + GARBLED + ".endpoint", network.url().toString());
        configuration.set("fs.s3a.bucket." + GARBLED + ".attempts.maximum", "3");
        return configuration;
    }
}
