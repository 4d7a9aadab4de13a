package io.promptmill.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.Goldens;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models fetched from a hub into a cache, over real connections. */
class HubTest {
    private static final String TOKEN = "hf_ABCDEFGH";
    private static final HubName NAME = HubName.of("alice/tiny").orElseThrow();
    private static final String WEIGHTS = "model.safetensors";

    @TempDir
    private Path home;

    private final List<Long> waits = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private SmallHub hub;
    private Path cached;

    @BeforeEach
    void start() throws IOException {
        hub = new SmallHub("alice/tiny")
                .with(Goldens.path("tiny"), "config.json", "generation_config.json", WEIGHTS)
                .with("README.md", "a card")
                .with("pytorch_model.bin", "the same weights")
                .with("onnx/model.onnx", "other weights");
        environment.putAll(hub.environment(home));
        cached = home.resolve("hub/models--alice--tiny");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void whatIsNeededIsFetchedAndLiesAsPythonsClientWouldHaveLaidIt() throws Exception {
        environment.put("HF_TOKEN", TOKEN);
        HubModel model = bring();

        assertThat(model.name()).hasToString("alice/tiny@" + SmallHub.COMMIT);
        assertThat(model.warnings()).isEmpty();
        assertThat(model.folder()).isEqualTo(cached.resolve("snapshots/" + SmallHub.COMMIT));
        assertThat(names(model.folder())).containsExactly("config.json", "generation_config.json", WEIGHTS);
        for (String file : names(model.folder())) {
            assertThat(Files.readSymbolicLink(model.folder().resolve(file)))
                    .hasToString("../../blobs/" + hub.digest(file));
            assertThat(model.folder().resolve(file)).hasBinaryContent(hub.content(file));
        }
        assertThat(names(cached.resolve("blobs"))).hasSize(3);
        assertThat(cached.resolve("refs/main")).hasContent(SmallHub.COMMIT);
        assertThat(names(cached.resolve(".no_exist/" + SmallHub.COMMIT)))
                .contains("adapter_config.json", "tokenizer.json", "tokenizer_config.json", "spiece.model")
                .doesNotContain("pytorch_model.bin", WEIGHTS);
        assertThat(home.resolve("hub/.locks/models--alice--tiny/" + hub.digest(WEIGHTS) + ".lock"))
                .isEmptyFile();
        try (Checkpoint checkpoint = Checkpoint.open(model.folder());
                Checkpoint golden = Checkpoint.open(Goldens.path("tiny"))) {
            assertThat(checkpoint.digest()).isEqualTo(golden.digest());
        }

        assertThat(hub.requests()).allSatisfy(request -> assertThat(request.header("Authorization"))
                .isEqualTo(request.place().equals("hub") ? "Bearer " + TOKEN : null));
        assertThat(hub.asked()).contains("store GET /" + WEIGHTS).doesNotContain("store HEAD /" + WEIGHTS);

        int asked = hub.requests().size();
        assertThat(bring()).isEqualTo(model);
        assertThat(bring("alice/tiny@main")).isEqualTo(model);
        assertThat(bring("alice/tiny@" + SmallHub.COMMIT)).isEqualTo(model);
        assertThat(hub.requests()).hasSize(asked);
    }

    @Test
    void aDownloadThatIsCutGoesOnWhereItWasCut() throws Exception {
        hub.fail("GET /" + WEIGHTS, SmallHub.cutAt(100_000));
        hub.fail("GET /" + WEIGHTS, SmallHub.status(503));
        HubModel model = bring();
        assertThat(model.folder().resolve(WEIGHTS)).hasBinaryContent(hub.content(WEIGHTS));
        List<SmallHub.Request> fetches = hub.requests().stream()
                .filter(request -> request.place().equals("store"))
                .toList();
        assertThat(fetches)
                .extracting(request -> request.header("Range"))
                .containsExactly(null, "bytes=100000-", "bytes=100000-");
        assertThat(waits).containsExactly(1L, 1L);
        assertThat(names(cached.resolve("blobs"))).allMatch(RemoteFile::isDigest);
    }

    @Test
    void oneThatIsCutAgainAndAgainEndsAndTheNextRunGoesOn() throws Exception {
        for (int i = 0; i < 6; i++) {
            hub.fail("GET /" + WEIGHTS, SmallHub.cutAt(50_000));
        }
        refused("hub_unreachable: the model alice/tiny cannot be fetched from " + hub.url());
        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 8L);
        assertThat(cached.resolve("refs")).doesNotExist();
        Path part = cached.resolve("blobs/" + hub.digest(WEIGHTS) + ".promptmill.incomplete");
        assertThat(part).hasSize(50_000);

        hub.requests().clear();
        assertThat(bring().folder().resolve(WEIGHTS)).hasBinaryContent(hub.content(WEIGHTS));
        assertThat(hub.requests())
                .filteredOn(request -> request.place().equals("store"))
                .extracting(request -> request.header("Range"))
                .containsExactly("bytes=50000-");
        assertThat(part).doesNotExist();
        assertThat(hub.asked()).noneMatch(request -> request.endsWith("config.json"));
    }

    @Test
    void whatIsLeftOfSomethingElseIsFetchedAnew() throws Exception {
        Path part = cached.resolve("blobs/" + hub.digest(WEIGHTS) + ".promptmill.incomplete");
        Files.createDirectories(part.getParent());
        Files.writeString(part, "of another time");
        assertThat(bring().folder().resolve(WEIGHTS)).hasBinaryContent(hub.content(WEIGHTS));
        assertThat(hub.requests())
                .filteredOn(request -> request.place().equals("store"))
                .extracting(request -> request.header("Range"))
                .containsExactly("bytes=15-", null);
    }

    @Test
    void aFileOfAnotherDigestIsFetchedOnceMoreAndThenRefused() throws Exception {
        byte[] other = hub.content(WEIGHTS).clone();
        other[300_000] ^= 1;
        SmallHub.Fault garbled = (exchange, content) -> {
            exchange.sendResponseHeaders(200, other.length);
            exchange.getResponseBody().write(other);
        };
        hub.fail("GET /" + WEIGHTS, garbled);
        assertThat(bring().folder().resolve(WEIGHTS)).hasBinaryContent(hub.content(WEIGHTS));

        Files.delete(cached.resolve("blobs/" + hub.digest(WEIGHTS)));
        hub.fail("GET /" + WEIGHTS, garbled);
        hub.fail("GET /" + WEIGHTS, garbled);
        refused("hub_file_damaged: what came as model.safetensors of alice/tiny is not what " + hub.url()
                + " says it is, its digest is not " + hub.digest(WEIGHTS) + ", and it was fetched twice, run again, and"
                + " check what stands between this machine and the hub");
        assertThat(names(cached.resolve("blobs"))).hasSize(2).allMatch(RemoteFile::isDigest);
    }

    @Test
    void aHubThatIsBusyIsAskedAgainWhenItSaysSo() throws Exception {
        hub.fail("/revision/main", SmallHub.status(429, "Retry-After", "30"));
        hub.fail("/revision/main", SmallHub.status(429, "RateLimit", "\"api\";r=0;t=55"));
        hub.fail("/revision/main", SmallHub.status(500));
        hub.fail("HEAD /alice/tiny/resolve", SmallHub.status(503, "Retry-After", "soon"));
        bring();
        assertThat(waits).containsExactly(31L, 56L, 4L, 1L);

        hub.fail("/revision/", SmallHub.status(429, "Retry-After", "3600"));
        environment.put("HF_HUB_CACHE", home.resolve("another").toString());
        refused("hub_rate_limited: " + hub.url()
                + " takes no more requests for now, and the model alice/tiny is not all"
                + " here yet, too many have come from this address or with this token, and it wants 3601 seconds without"
                + " any, run again later, where it goes on, or set HF_TOKEN, which has a limit of its own");
        for (int i = 0; i < 6; i++) {
            hub.fail("/revision/", SmallHub.status(502));
        }
        refused("hub_failed: " + hub.url()
                + " answered with the status 502 when it was asked for the model alice/tiny, it"
                + " may be in trouble, or be no hub, try again later, or check HF_ENDPOINT");
    }

    @Test
    void whatTheHubDoesNotGiveIsRefusedWithTheReasonAndNeverTheToken() throws Exception {
        environment.put("HF_TOKEN", TOKEN);
        hub.fail("HEAD", SmallHub.status(403, "X-Error-Code", "GatedRepo"));
        refused("hub_gated: " + hub.url() + " gives the model alice/tiny only to those whom its owner lets have it, the"
                + " token of HF_TOKEN has no access to it, ask for access on its page " + hub.url()
                + "/alice/tiny, and set HF_TOKEN"
                + " to a token of yours from " + hub.url() + "/settings/tokens");
        hub.fail("GET", SmallHub.status(401, "X-Error-Message", "Invalid credentials in Authorization header"));
        refused("hub_token_refused: " + hub.url()
                + " does not know the token of HF_TOKEN, a token that is no longer valid"
                + " gives no access, not even to public models, set HF_TOKEN to one from " + hub.url()
                + "/settings/tokens, or leave it out for a public model");
        hub.fail("GET", SmallHub.status(403, "X-Error-Message", "no rights for " + TOKEN));
        refused("hub_forbidden: " + hub.url()
                + " does not give the model alice/tiny, it says 'no rights for ***', see its page "
                + hub.url() + "/alice/tiny, or give HF_TOKEN the rights that it needs");
        refused(
                "bob/tiny",
                "hub_model_missing: there is no model bob/tiny on " + hub.url()
                        + ", and no folder of that name, or it is"
                        + " private and the token of HF_TOKEN has no access to it, correct the name or the path; for a"
                        + " private model set HF_TOKEN to a token of yours from " + hub.url() + "/settings/tokens");
        refused(
                "alice/tiny@v9",
                "hub_revision_missing: " + hub.url() + " has the model alice/tiny and no revision v9, a revision is a"
                        + " branch, a tag or a commit, name one that is there, or leave it out for the main branch");

        environment.remove("HF_TOKEN");
        Files.writeString(home.resolve("token"), TOKEN + "\n");
        hub.fail("HEAD", SmallHub.status(401, "X-Error-Code", "GatedRepo"));
        refused("hub_gated: ");
        assertThat(hub.requests().get(hub.requests().size() - 1).header("Authorization"))
                .isEqualTo("Bearer " + TOKEN);
        Files.delete(home.resolve("token"));
        hub.fail("HEAD", SmallHub.status(401, "X-Error-Code", "GatedRepo"));
        assertThatThrownBy(this::bring).hasMessageContaining("lets have it, no token was sent, ask for access");
        assertThat(cached.resolve("snapshots")).doesNotExist();
    }

    @Test
    void noLogHoldsTheTokenOrAnAddressThatTheHubLedTo() throws Exception {
        environment.put("HF_TOKEN", TOKEN);
        hub.fail("/revision/main", SmallHub.status(503, "X-Error-Message", "no rights for " + TOKEN));
        hub.fail("GET /" + WEIGHTS, SmallHub.cutAt(100_000));
        hub.fail("GET /" + WEIGHTS, SmallHub.status(500));
        StringWriter log = new StringWriter();
        String logger = Hub.class.getPackageName();
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        Appender appender = WriterAppender.createAppender(null, null, log, "kept", false, false);
        appender.start();
        LoggerConfig kept = new LoggerConfig(logger, Level.ALL, false);
        kept.addAppender(appender, Level.ALL, null);
        context.getConfiguration().addLogger(logger, kept);
        context.updateLoggers();
        try {
            bring();
        } finally {
            context.getConfiguration().removeLogger(logger);
            context.updateLoggers();
        }
        assertThat(log.toString())
                .contains(
                        "the hub answered with the status 503, it is asked again in 1 s",
                        "fetching the model " + NAME.at(SmallHub.COMMIT) + " from " + hub.url() + " into " + home,
                        "\nfetching config.json, generation_config.json, 0.0 MB\n",
                        "\nfetching model.safetensors, 0.5 MB\n",
                        "model.safetensors of " + NAME.at(SmallHub.COMMIT) + " was cut at 100000 of ")
                .doesNotContain(TOKEN, SmallHub.SIGNATURE);
    }

    @Test
    void whatIsNoHubIsRefused() throws Exception {
        hub.fail("GET", SmallHub.instead("<html>Please log in to the network</html>"));
        refused("hub_answer_invalid: what answers at " + hub.url()
                + " is no hub: a list of files is no JSON, the files of"
                + " alice/tiny could not be trusted, check HF_ENDPOINT, and proxies that put pages of their own in the place"
                + " of answers");
        hub.fail("GET", SmallHub.instead("{\"sha\": \"../../etc\", \"siblings\": []}"));
        refused("hub_answer_invalid: ");
        hub.fail("HEAD", SmallHub.instead("an answer without the headers of a hub"));
        refused("hub_answer_invalid: ");
        SmallHub.Fault outside = SmallHub.status(
                200, "X-Repo-Commit", SmallHub.COMMIT, "ETag", "\"../../outside\"", "X-Linked-Size", "5");
        hub.fail("HEAD", outside);
        refused("hub_answer_invalid: what answers at " + hub.url() + " is no hub: it does not tell digest and size of"
                + " config.json, ");
        hub.fail("GET", SmallHub.status(302, "Location", "file:///etc/passwd"));
        refused("hub_unreachable: ");
        for (int i = 0; i < 21; i++) {
            hub.fail("GET", SmallHub.status(302, "Location", "/api/models/alice/tiny/revision/main"));
        }
        assertThatThrownBy(this::bring).hasMessageContaining("it leads on and on");
    }

    @Test
    void whatIsNoModelOrOneThatIsNotComputedIsRefusedBeforeItsWeightsCome() throws Exception {
        hub.with("config.json", "{\"model_type\": \"llama\"}");
        assertThatThrownBy(this::bring)
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith("checkpoint_unsupported: config.json has the model_type 'llama'");
        assertThat(hub.asked()).noneMatch(request -> request.contains(WEIGHTS));
        hub.without(WEIGHTS).without("pytorch_model.bin").with("model.gguf", "weights");
        refused("hub_model_unsupported: the repository alice/tiny@" + SmallHub.COMMIT + " holds no weights with their"
                + " config.json, and no adapter of PEFT, it has README.md, config.json, generation_config.json, model.gguf,"
                + " onnx/model.onnx, name the repository that has model.safetensors or pytorch_model.bin, whole or in"
                + " shards");
    }

    @Test
    void shardsAreFetchedByTheirIndex() throws Exception {
        Path sharded = Goldens.path("tiny/sharded");
        hub.without(WEIGHTS).with(sharded, names(sharded).toArray(String[]::new));
        HubModel model = bring();
        assertThat(names(model.folder()))
                .contains("model.safetensors.index.json")
                .filteredOn(name -> name.matches("model-0.*\\.safetensors"))
                .hasSizeGreaterThan(1);
        Checkpoint.open(model.folder()).close();
        int asked = hub.requests().size();
        assertThat(bring()).isEqualTo(model);
        assertThat(hub.requests()).hasSize(asked);
    }

    @Test
    void aModelThatWasRenamedIsFoundByItsOldNameWithAWarning() throws Exception {
        hub.rename("wee");
        HubModel model = bring("wee");
        assertThat(model.name()).hasToString("wee@" + SmallHub.COMMIT);
        assertThat(model.warnings())
                .containsExactly(
                        "the model wee is called alice/tiny now: its old name leads there only as long as nobody"
                                + " else takes it, so name it by the new one");
        assertThat(home.resolve("hub/models--wee/refs/main")).hasContent(SmallHub.COMMIT);
        assertThat(bring("wee").warnings()).isEmpty();
    }

    @Test
    void withoutANetworkTheCacheHasToSuffice() throws Exception {
        environment.put("HF_HUB_OFFLINE", "1");
        refused("hub_offline: the model alice/tiny is not in the cache " + home.resolve("hub")
                + ", and there is no folder"
                + " of that name, HF_HUB_OFFLINE forbids to ask " + hub.url()
                + ", correct the name or the path, fetch it"
                + " into the cache where there is a network (hf download alice/tiny), or unset HF_HUB_OFFLINE");
        assertThat(hub.requests()).isEmpty();
        environment.remove("HF_HUB_OFFLINE");
        HubModel model = bring();
        environment.put("HF_HUB_OFFLINE", "yes");
        assertThat(bring()).isEqualTo(model);
        environment.remove("HF_HUB_OFFLINE");
        hub.close();
        assertThat(bring()).isEqualTo(model);
        refused(
                "bob/tiny",
                "hub_unreachable: the model bob/tiny cannot be fetched from " + hub.url()
                        + ", and there is no folder of that name, ConnectException: Connection refused, correct the path where a"
                        + " folder was meant; else check the network, ");
    }

    @Test
    void whatTheCacheDoesNotTellIsAskedForAtTheCommitThatItHas() throws Exception {
        Path snapshot = bring().folder();
        deleteAll(cached.resolve(".no_exist"));
        Files.delete(snapshot.resolve("generation_config.json"));
        environment.put("HF_HUB_OFFLINE", "1");
        assertThat(bring().warnings())
                .singleElement()
                .asString()
                .startsWith("whether alice/tiny@" + SmallHub.COMMIT
                        + " has generation_config.json, adapter_config.json, tokenizer.json, ")
                .endsWith(
                        " is not known, since the cache tells nothing of them, so it is used without: HF_HUB_OFFLINE is"
                                + " set");

        environment.remove("HF_HUB_OFFLINE");
        for (int i = 0; i < 6; i++) {
            hub.fail("/revision/", SmallHub.status(503));
        }
        assertThat(bring().warnings()).singleElement().asString().contains("so it is used without: hub_failed: ");
        hub.requests().clear();
        assertThat(bring().warnings()).isEmpty();
        assertThat(hub.asked())
                .startsWith("hub GET /api/models/alice/tiny/revision/" + SmallHub.COMMIT)
                .noneMatch(request -> request.contains(WEIGHTS));
        assertThat(snapshot.resolve("generation_config.json")).hasBinaryContent(hub.content("generation_config.json"));
    }

    @Test
    void aListOfFilesThatPythonsClientLeftTellsWhatIsMissing() throws Exception {
        Path snapshot = bring().folder();
        deleteAll(cached.resolve(".no_exist"));
        Path tree = cached.resolve("trees/" + SmallHub.COMMIT + ".json");
        Files.createDirectories(tree.getParent());
        String listed = "{\"format_version\": 1, \"files\": {\"config.json\": {\"size\": 1, \"blob_id\": \"x\"},"
                + " \"generation_config.json\": {}, \"model.safetensors\": {}, \"README.md\": {}}}";
        Files.writeString(tree, listed);
        environment.put("HF_HUB_OFFLINE", "1");
        assertThat(bring().warnings()).isEmpty();
        Files.delete(snapshot.resolve("generation_config.json"));
        refused("hub_offline: the model alice/tiny is not in the cache " + home.resolve("hub")
                + " with its generation_config.json, and there is no folder");
        Files.writeString(tree, listed.replace("1", "2"));
        assertThat(bring().warnings()).hasSize(1);
        Files.delete(cached.resolve("blobs/" + hub.digest(WEIGHTS)));
        refused("hub_offline: the model alice/tiny is not in the cache " + home.resolve("hub")
                + " with its weights with their config.json, and there is no folder");
    }

    @Test
    void aFileThatWasDamagedInTheCacheIsNamedUnlessItCameSo() throws Exception {
        HubModel model = bring();
        CachedFiles files = new CachedFiles(model.name().toString(), model.folder());
        InvalidCheckpointException damaged = InvalidCheckpointException.damaged(WEIGHTS, "it ends early");
        assertThat(files.explain(damaged)).isSameAs(damaged);
        Path blob = cached.resolve("blobs/" + hub.digest(WEIGHTS)).toRealPath();
        Files.writeString(blob, "cut");
        assertThat(files.explain(damaged))
                .hasMessage("hub_cache_damaged: the cache's file of alice/tiny@" + SmallHub.COMMIT + " is damaged,"
                        + " model.safetensors: it ends early, it no longer has the digest that it is named after: "
                        + blob
                        + ", remove that file and run again, which fetches it anew")
                .hasCause(damaged);
        InvalidCheckpointException other = InvalidCheckpointException.damaged("config.json", "it ends early");
        assertThat(files.explain(other)).isSameAs(other);
        InvalidCheckpointException invalid = InvalidCheckpointException.invalid(WEIGHTS, "it is of another kind");
        assertThat(files.explain(invalid)).isSameAs(invalid);
        Files.delete(blob);
        assertThat(bring().folder().resolve(WEIGHTS)).hasBinaryContent(hub.content(WEIGHTS));

        Files.delete(model.folder().resolve(WEIGHTS));
        Path unlinked =
                Files.writeString(model.folder().resolve(WEIGHTS), "cut").toRealPath();
        assertThat(files.explain(damaged))
                .hasMessageEndingWith(", the cache has no digest of it to compare it with: " + unlinked
                        + ", remove that file and run again, which fetches it anew");
    }

    @Test
    void anIndexOfShardsThatWasDamagedInTheCacheIsNamed() throws Exception {
        Path sharded = Goldens.path("tiny/sharded");
        hub.without(WEIGHTS).with(sharded, names(sharded).toArray(String[]::new));
        Files.writeString(bring().folder().resolve("model.safetensors.index.json"), "{");
        refused("hub_cache_damaged: the cache's file of alice/tiny is damaged, model.safetensors.index.json: its JSON"
                + " breaks off, it no longer has the digest that it is named after: " + cached.toRealPath()
                + "/blobs/");
    }

    @Test
    void withoutLinksFilesLieInTheSnapshotItself() throws Exception {
        environment.put("HF_HUB_DISABLE_SYMLINKS", "1");
        HubModel model = bring();
        assertThat(model.folder().resolve(WEIGHTS)).isRegularFile().hasBinaryContent(hub.content(WEIGHTS));
        assertThat(Files.isSymbolicLink(model.folder().resolve(WEIGHTS))).isFalse();
        assertThat(names(cached.resolve("blobs"))).isEmpty();
        assertThat(bring()).isEqualTo(model);
        Path blob = cached.resolve("blobs/" + hub.digest("config.json"));
        Files.move(model.folder().resolve("config.json"), blob); // as a client with links leaves it
        bring();
        assertThat(blob).exists();
        assertThat(model.folder().resolve("config.json")).hasBinaryContent(hub.content("config.json"));
    }

    @Test
    void ofSeveralAtOnceOneFetchesAndAllHaveTheModel() throws Exception {
        List<CompletableFuture<HubModel>> all = Stream.generate(() -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return bring();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .limit(4)
                .toList();
        for (CompletableFuture<HubModel> one : all) {
            assertThat(one.get()).isEqualTo(all.get(0).get());
        }
        assertThat(hub.asked()).containsOnlyOnce("store GET /" + WEIGHTS);
    }

    @Test
    void aDiskWithoutRoomAndACacheThatCannotBeWrittenAreTold() throws Exception {
        String bytes = "1000000000000000";
        hub.fail(
                "HEAD",
                SmallHub.status(
                        200,
                        "X-Repo-Commit",
                        SmallHub.COMMIT,
                        "X-Linked-Etag",
                        "\"" + "e".repeat(64) + "\"",
                        "X-Linked-Size",
                        bytes));
        assertThatThrownBy(this::bring)
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageMatching(
                        "hub_no_space: the files of alice/tiny that are not in the cache yet have 10000000\\d+"
                                + " bytes, where " + home.resolve("hub")
                                + " lies, \\d+ are free, make room, or set HF_HUB_CACHE to a"
                                + " folder on a larger disk");
        assertThat(hub.asked()).noneMatch(request -> request.contains("GET /alice"));
        Files.writeString(home.resolve("file"), "");
        environment.put("HF_HUB_CACHE", home.resolve("file/cache").toString());
        refused("hub_cache_unwritable: the model alice/tiny cannot be put into the cache " + home.resolve("file/cache")
                + ", FileSystemException: " + home.resolve("file"));
    }

    @Test
    void aPortOfNobodyIsNotTriedAgain() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        environment.put("HF_ENDPOINT", "http://127.0.0.1:" + port + "/");
        refused("hub_unreachable: the model alice/tiny cannot be fetched from http://127.0.0.1:" + port + ", and");
        assertThat(waits).isEmpty();
    }

    @Test
    void aDownloadThatStandsStillIsCut() throws Exception {
        environment.put("HF_HUB_DOWNLOAD_TIMEOUT", "1");
        CountDownLatch end = new CountDownLatch(1);
        hub.fail("GET /" + WEIGHTS, (exchange, content) -> {
            SmallHub.cutAt(70_000).answer(exchange, content);
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(bring().folder().resolve(WEIGHTS)).hasBinaryContent(hub.content(WEIGHTS));
        end.countDown();
        assertThat(waits).containsExactly(1L);
    }

    @Test
    void theProxyOfTheJvmIsAsked() throws Exception {
        ProxySelector before = ProxySelector.getDefault();
        URI proxy = URI.create(hub.url());
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(
                        uri.getHost().equals("hub.test")
                                ? new Proxy(
                                        Proxy.Type.HTTP,
                                        InetSocketAddress.createUnresolved(proxy.getHost(), proxy.getPort()))
                                : Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException e) {}
        });
        try {
            environment.put("HF_ENDPOINT", "http://hub.test");
            assertThat(bring().folder().resolve(WEIGHTS)).hasBinaryContent(hub.content(WEIGHTS));
            assertThat(hub.requests().get(0).header("Host")).isEqualTo("hub.test");
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    private HubModel bring() throws InvalidCheckpointException, IOException {
        return bring(NAME.toString());
    }

    private HubModel bring(String name) throws InvalidCheckpointException, IOException {
        return new Hub(environment, new Retries(waits::add))
                .bring(HubName.of(name).orElseThrow());
    }

    private void refused(String message) {
        refused(this::bring, message);
    }

    private void refused(String name, String message) {
        refused(() -> bring(name), message);
    }

    private static void refused(ThrowingCallable action, String message) {
        assertThatThrownBy(action)
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContainingAny(TOKEN, SmallHub.SIGNATURE);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> content = Files.list(folder)) {
            return content.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> content = Files.walk(folder)) {
            for (Path path : content.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }
}
