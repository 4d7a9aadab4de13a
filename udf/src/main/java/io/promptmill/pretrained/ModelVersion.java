package io.promptmill.pretrained;

import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * A version of a model: the content of {@code promptmill.json}, the file that is written last into its folder. Immutable.
 *
 * @param name what people call the model
 * @param number from 1
 * @param digest of the checkpoint, in hexadecimal digits
 * @param run id of the run that made it
 * @param parent the model that it was fine-tuned from; empty for one from scratch
 * @param data what it was trained on
 * @param losses what training came to
 * @param created ISO instant
 * @param codeVersion of Promptmill
 */
public record ModelVersion(
        String name,
        int number,
        String digest,
        String run,
        Optional<Parent> parent,
        Data data,
        Losses losses,
        String created,
        String codeVersion) {
    /** The file in a version's folder; without it there is no version. */
    public static final String FILE = "promptmill.json";

    private static final int FORMAT = 1;

    public ModelVersion {
        if (number < 1) {
            throw new IllegalArgumentException("the number of a version is at least 1 but was " + number);
        }
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(parent, "parent");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(losses, "losses");
        Objects.requireNonNull(created, "created");
        Objects.requireNonNull(codeVersion, "codeVersion");
        if (losses.eval().isPresent() && data.heldOutDigest().isEmpty()) {
            throw new IllegalArgumentException("there is a loss on held-out data and no digest of them");
        }
    }

    /**
     * A model that another was made from.
     *
     * @param location where it was
     * @param version {@code v3}; empty where it is no version
     * @param digest of its checkpoint
     */
    public record Parent(String location, Optional<String> version, String digest) {
        public Parent {
            Objects.requireNonNull(location, "location");
            Objects.requireNonNull(version, "version");
            Objects.requireNonNull(digest, "digest");
        }
    }

    /**
     * Texts or token ids.
     *
     * @param path where they were
     * @param digest of what was trained on
     * @param heldOutDigest of what was held out; empty where nothing was
     */
    public record Data(String path, String digest, Optional<String> heldOutDigest) {
        public Data {
            Objects.requireNonNull(path, "path");
            Objects.requireNonNull(digest, "digest");
            Objects.requireNonNull(heldOutDigest, "heldOutDigest");
        }
    }

    /**
     * Mean losses in nats for a token, each empty where it was not measured.
     *
     * @param train on the last steps
     * @param eval on the held-out data
     */
    public record Losses(OptionalDouble train, OptionalDouble eval) {
        public Losses {
            require(train, "training loss");
            require(eval, "held-out loss");
        }

        /** {@code exp(eval)}. */
        public OptionalDouble perplexity() {
            return eval.isPresent() ? OptionalDouble.of(Math.exp(eval.getAsDouble())) : OptionalDouble.empty();
        }

        private static void require(OptionalDouble loss, String name) {
            if (loss.isPresent() && !(loss.getAsDouble() >= 0 && loss.getAsDouble() < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("the " + name + " is " + loss.getAsDouble());
            }
        }
    }

    /** The name of its folder: {@code v3}. */
    public String folderName() {
        return folderName(number);
    }

    /** The name of the folder of a version of that number. */
    public static String folderName(int number) {
        return "v" + number;
    }

    /**
     * Reads a version from any text; fields that are not known are passed over.
     *
     * @throws InvalidCheckpointException when it is none
     */
    static ModelVersion parse(String text) throws InvalidCheckpointException {
        JsonObject json = JsonObject.parse(text, FILE, CheckpointFiles.KIND);
        if (json.integer("format_version") != FORMAT) {
            throw json.unsupported(
                    "format_version", "this Promptmill reads " + FORMAT, "use the Promptmill that wrote it");
        }
        JsonObject data = json.object("data");
        JsonObject losses = json.object("losses");
        try {
            return new ModelVersion(
                    json.text("name"),
                    json.integer("version"),
                    json.text("digest"),
                    json.text("run"),
                    json.isAbsent("parent") ? Optional.empty() : Optional.of(parent(json.object("parent"))),
                    new Data(data.text("path"), data.text("digest"), textIfPresent(data, "held_out_digest")),
                    new Losses(numberIfPresent(losses, "train_loss"), numberIfPresent(losses, "eval_loss")),
                    json.text("created"),
                    json.text("code_version"));
        } catch (IllegalArgumentException e) {
            throw InvalidCheckpointException.damaged(FILE, e.getMessage());
        }
    }

    private static Parent parent(JsonObject json) throws InvalidCheckpointException {
        return new Parent(json.text("location"), textIfPresent(json, "version"), json.text("digest"));
    }

    private static Optional<String> textIfPresent(JsonObject json, String field) throws InvalidCheckpointException {
        return json.isAbsent(field) ? Optional.empty() : Optional.of(json.text(field));
    }

    private static OptionalDouble numberIfPresent(JsonObject json, String field) throws InvalidCheckpointException {
        return json.isAbsent(field) ? OptionalDouble.empty() : OptionalDouble.of(json.number(field, 0));
    }

    /** What the file holds, by field; what is empty is left out. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new TreeMap<>();
        fields.put("format_version", FORMAT);
        fields.put("name", name);
        fields.put("version", number);
        fields.put("digest", digest);
        fields.put("run", run);
        parent.ifPresent(from -> {
            Map<String, Object> named = new TreeMap<>(Map.of("location", from.location(), "digest", from.digest()));
            from.version().ifPresent(version -> named.put("version", version));
            fields.put("parent", named);
        });
        Map<String, Object> trainedOn = new TreeMap<>(Map.of("path", data.path(), "digest", data.digest()));
        data.heldOutDigest().ifPresent(heldOut -> trainedOn.put("held_out_digest", heldOut));
        fields.put("data", trainedOn);
        Map<String, Object> measured = new TreeMap<>();
        losses.train().ifPresent(loss -> measured.put("train_loss", loss));
        losses.eval().ifPresent(loss -> measured.put("eval_loss", loss));
        losses.perplexity().ifPresent(perplexity -> measured.put("perplexity", perplexity));
        fields.put("losses", measured);
        fields.put("created", created);
        fields.put("code_version", codeVersion);
        return fields;
    }
}
