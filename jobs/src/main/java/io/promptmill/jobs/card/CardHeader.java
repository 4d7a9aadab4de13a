package io.promptmill.jobs.card;

import io.promptmill.jobs.card.YamlHeader.Text;
import io.promptmill.jobs.tracking.Losses;
import io.promptmill.jobs.tracking.ModelReference;
import io.promptmill.jobs.tracking.RunRecord;
import io.promptmill.jobs.tracking.TrainingData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What Hugging Face's hub reads of a card (https://huggingface.co/docs/hub/model-cards#model-card-metadata), as YAML. Stateless.
 */
final class CardHeader {
    private CardHeader() {}

    /** The header with the lines of dashes around it. */
    static String of(RunRecord run, CardAuthor author, Imitated imitated, String thumbnail) {
        Map<String, Object> header = new CardTerms(author.license(), author.language()).header();
        ModelReference parent = run.parent();
        if (parent != null) {
            HubId.of(parent).ifPresent(id -> header.put("base_model", new Text(id)));
        }
        header.put("library_name", "transformers");
        header.put("pipeline_tag", "text-generation");
        header.put("tags", tags(imitated));
        HubId.of(run.data()).ifPresent(id -> header.put("datasets", List.of(new Text(id))));
        header.put("widget", List.of(Map.of("text", new Text(ModelCard.PROMPT))));
        header.put("thumbnail", thumbnail);
        List<Map<String, Object>> metrics = metrics(run.losses());
        if (!metrics.isEmpty()) {
            header.put("model-index", List.of(index(run, metrics)));
        }
        return YamlHeader.of(header);
    }

    private static List<String> tags(Imitated imitated) {
        return Stream.concat(
                        Stream.of("text-generation", "gpt2", "promptmill"),
                        imitated.nobody() ? Stream.of() : Stream.of("tweets"))
                .toList();
    }

    private static Map<String, Object> index(RunRecord run, List<Map<String, Object>> metrics) {
        TrainingData data = run.data();
        Map<String, Object> dataset = new LinkedHashMap<>();
        dataset.put("type", new Text(dataset(data)));
        dataset.put("name", new Text(dataset(data)));
        dataset.put("split", data.heldOutDigest() == null ? "train" : "held-out");
        dataset.put("revision", new Text(data.heldOutDigest() == null ? data.digest() : data.heldOutDigest()));
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("task", ordered("type", "text-generation", "name", "Text generation"));
        result.put("dataset", dataset);
        result.put("metrics", metrics);
        return ordered("name", new Text(run.model()), "results", List.of(result));
    }

    /** On the held-out data where there is any, otherwise on what it was trained with. */
    private static List<Map<String, Object>> metrics(Losses losses) {
        List<Map<String, Object>> metrics = new ArrayList<>();
        Double loss = losses.evalLoss() == null ? losses.trainLoss() : losses.evalLoss();
        if (loss != null && Double.isFinite(loss)) {
            String where = losses.evalLoss() == null ? "Training" : "Held-out";
            metrics.add(metric("loss", where + " loss (nats a token)", loss));
            metrics.add(metric("perplexity", where + " perplexity", Math.exp(loss)));
        }
        return metrics;
    }

    private static Map<String, Object> metric(String type, String name, double value) {
        Map<String, Object> metric = ordered("type", type, "name", name);
        metric.put("value", value);
        return metric;
    }

    private static Map<String, Object> ordered(String first, Object firstValue, String second, Object secondValue) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(first, firstValue);
        map.put(second, secondValue);
        return map;
    }

    /** The last part of the data's path, as a name that the hub takes. */
    static String dataset(TrainingData data) {
        return Stream.of(data.path().split("/"))
                .filter(part -> !part.isBlank())
                .reduce((first, second) -> second)
                .map(part -> part.replaceAll("[^A-Za-z0-9._-]+", "-"))
                .orElse("data");
    }
}
