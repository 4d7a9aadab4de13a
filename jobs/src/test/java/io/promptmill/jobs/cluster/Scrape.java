package io.promptmill.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.pages.Fence;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.yaml.snakeyaml.Yaml;

/**
 * What Prometheus knows of Promptmill after it has asked a driver and applied the rules of the page.
 *
 * @param series the values by name and labels
 */
record Scrape(Map<Series, Double> series) {
    private static final Pattern SAMPLE = Pattern.compile("(\\w+)\\{[^}]*} (\\S+)");
    /** Follows redirects, as Prometheus does. */
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

    /**
     * One of its time series.
     *
     * @param name that of the metric
     * @param executor the label; empty where there is none
     */
    private record Series(String name, String executor) {}

    static Scrape of(SparkSession spark) throws IOException, InterruptedException {
        Map<String, Object> config = config();
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(
                                URI.create(spark.sparkContext().uiWebUrl().get() + config.get("metrics_path")))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        Map<Series, Double> series = new HashMap<>();
        for (String line : answer.body().lines().toList()) {
            Matcher sample = SAMPLE.matcher(line);
            assertThat(sample.matches()).as(line).isTrue();
            Map<String, String> labels = relabelled(sample.group(1), config);
            String name = labels.getOrDefault("__name__", "");
            if (name.startsWith("promptmill_")) {
                series.put(new Series(name, labels.getOrDefault("executor", "")), Double.parseDouble(sample.group(2)));
            }
        }
        return new Scrape(series);
    }

    /** A whole number that no executor's label is on. */
    long count(String name) {
        return count(name, "");
    }

    long count(String name, String executor) {
        return (long) value(name, executor);
    }

    double value(String name, String executor) {
        assertThat(has(name, executor))
                .as("%s of %s in %s", name, executor, series)
                .isTrue();
        return series.get(new Series(name, executor));
    }

    boolean has(String name, String executor) {
        return series.containsKey(new Series(name, executor));
    }

    /** The whole number of all executors together. */
    long sum(String name) {
        return series.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(name))
                .mapToLong(entry -> entry.getValue().longValue())
                .sum();
    }

    Set<String> names() {
        Set<String> names = new TreeSet<>();
        series.keySet().forEach(key -> names.add(key.name()));
        return names;
    }

    /** The labels that are left, the name among them; none where the rules drop it. */
    private static Map<String, String> relabelled(String name, Map<String, Object> config) {
        Map<String, String> labels = new TreeMap<>(Map.of("__name__", name));
        for (Object each : (List<?>) config.get("metric_relabel_configs")) {
            Map<?, ?> rule = (Map<?, ?>) each;
            List<String> values = new ArrayList<>();
            ((List<?>) rule.get("source_labels")).forEach(label -> values.add(labels.getOrDefault(label, "")));
            Matcher matcher = Pattern.compile((String) rule.get("regex")).matcher(String.join(";", values));
            if (matcher.matches()) {
                if ("drop".equals(rule.get("action"))) {
                    return Map.of();
                }
                labels.put((String) rule.get("target_label"), matcher.replaceFirst((String) rule.get("replacement")));
            }
        }
        return labels;
    }

    private static Map<String, Object> config() throws IOException {
        String yaml = Fence.of(".github/WATCHING.md").stream()
                .filter(fence -> fence.text().startsWith("scrape_configs:"))
                .findFirst()
                .orElseThrow()
                .text();
        Map<String, List<Map<String, Object>>> config = new Yaml().load(yaml);
        return config.get("scrape_configs").get(0);
    }
}
