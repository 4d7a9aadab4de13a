package io.promptmill.jobs.card;

import io.promptmill.jobs.tracking.ModelReference;
import io.promptmill.jobs.tracking.TrainingData;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What Hugging Face's hub calls a model or data, where their place tells for certain: a name with a commit, a folder of the
 * hub's own cache (https://huggingface.co/docs/huggingface_hub/guides/manage-cache), or one that is called as one of GPT-2's
 * is. Any other path may look like the id of something that is not there, or of somebody else's. Stateless.
 */
final class HubId {
    private static final Map<String, String> GPT2 = Map.of(
            "gpt2", "openai-community/gpt2",
            "gpt2-medium", "openai-community/gpt2-medium",
            "gpt2-large", "openai-community/gpt2-large",
            "gpt2-xl", "openai-community/gpt2-xl",
            "distilgpt2", "distilbert/distilgpt2");

    private HubId() {}

    static Optional<String> of(ModelReference model) {
        if (model.isOfHub()) {
            return Optional.of(GPT2.getOrDefault(model.name(), model.name()));
        }
        return model.version() != null
                ? Optional.empty()
                : cached("models--", model.location()).or(() -> Optional.ofNullable(GPT2.get(model.name())));
    }

    static Optional<String> of(TrainingData data) {
        return cached("datasets--", data.path());
    }

    /** Of {@code models--OWNER--NAME} in a path. */
    private static Optional<String> cached(String kind, String path) {
        return Stream.of(path.split("/"))
                .filter(part -> part.startsWith(kind))
                .map(part -> part.substring(kind.length()).replace("--", "/"))
                .filter(id -> id.matches("[A-Za-z0-9][\\w.-]*(/[A-Za-z0-9][\\w.-]*)?"))
                .findFirst();
    }
}
