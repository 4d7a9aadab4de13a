package io.promptmill.jobs.card;

import io.promptmill.jobs.card.YamlHeader.Text;
import io.promptmill.jobs.markup.Markdown;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.report.RunTables;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.tracking.ModelReference;
import io.promptmill.spark.rows.ProblemCount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * The card of a data set that was generated, which holds no text of a row and no place on anybody's machine. Immutable.
 *
 * @param plan of the latest run in the folder
 * @param manifests of all of them
 * @param terms what no run knows
 */
public record DatasetCard(RunPlan plan, List<Manifest> manifests, CardTerms terms) {
    private static final String DATA_FILES = "*.parquet";
    private static final long SIZE_STEP = 10;
    private static final List<String> SIZES = List.of(
            "n<1K",
            "1K<n<10K",
            "10K<n<100K",
            "100K<n<1M",
            "1M<n<10M",
            "10M<n<100M",
            "100M<n<1B",
            "1B<n<10B",
            "10B<n<100B",
            "100B<n<1T");

    public DatasetCard {
        manifests = List.copyOf(manifests);
    }

    /** {@code README.md}. */
    public String markdown() {
        return YamlHeader.of(header()) + "\n"
                + String.join(
                        "\n\n",
                        "# " + Markdown.text(title()),
                        "Texts that a language model made of prompts, with Promptmill. They are not facts, not advice, and"
                                + " nobody's opinion; what stands in the model's training data colours them, and they may"
                                + " repeat parts of it word for word.",
                        "## What is in it",
                        Markdown.facts(counts()),
                        "## How to load it",
                        "`FOLDER` is the folder of this card, on a disk or on the hub.",
                        Markdown.fenced("python", python()),
                        Markdown.fenced("sql", "SELECT * FROM 'FOLDER/" + DATA_FILES + "' -- DuckDB"),
                        Markdown.fenced("scala", "spark.read.parquet(\"FOLDER/" + DATA_FILES + "\")"),
                        "## What made it",
                        Markdown.facts(origin()),
                        "Settings, by option; rows may have had others of their own:",
                        Markdown.facts(settings()))
                + "\n";
    }

    /** What the hub reads of a data set (https://huggingface.co/docs/hub/datasets-cards). */
    private Map<String, Object> header() {
        Map<String, Object> header = terms.header();
        header.put("pretty_name", new Text(title()));
        header.put("size_categories", List.of(sizeCategory()));
        header.put("task_categories", List.of("text-generation"));
        header.put("tags", List.of("synthetic", "promptmill"));
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("config_name", "default");
        config.put("data_files", DATA_FILES);
        header.put("configs", List.of(config));
        header.put("dataset_info", info());
        return header;
    }

    private Map<String, Object> info() {
        long bytes = sum(DatasetCard::bytes);
        Map<String, Object> split = new LinkedHashMap<>();
        split.put("name", "train");
        split.put("num_bytes", bytes); // has to be there, and is compared with nothing; the number of rows is
        split.put("num_examples", sum(Manifest::rows));
        Map<String, Object> info = new LinkedHashMap<>();
        DatasetFeatures.of((StructType) DataType.fromJson(plan.outputSchema()))
                .ifPresent(features -> info.put("features", features));
        info.put("splits", List.of(split));
        info.put("download_size", bytes);
        info.put("dataset_size", bytes);
        return info;
    }

    private String sizeCategory() {
        long rows = sum(Manifest::rows);
        long upTo = 1000;
        for (String size : SIZES) {
            if (rows < upTo) {
                return size;
            }
            upTo *= SIZE_STEP;
        }
        return "n>1T";
    }

    private String title() {
        return "Texts of " + model();
    }

    private String model() {
        return new ModelReference(plan.model(), plan.modelVersion(), plan.modelDigest()).nameAndVersion();
    }

    private List<List<String>> counts() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("Rows", RunTables.whole(sum(Manifest::rows))));
        rows.add(List.of("Generated tokens", RunTables.whole(sum(Manifest::generatedTokens))));
        rows.add(List.of("Prompts", RunTables.whole(sum(Manifest::prompts))));
        rows.add(List.of("of them ok", RunTables.whole(sum(Manifest::ok))));
        List<ProblemCount> problems = manifests.stream().map(Manifest::problems).reduce(List.of(), ProblemCount::sum);
        addProblems(rows, "rejected", sum(Manifest::rejected), problems);
        addProblems(rows, "failed", sum(Manifest::failed), problems);
        return rows;
    }

    private static void addProblems(List<List<String>> rows, String status, long prompts, List<ProblemCount> problems) {
        rows.add(List.of("of them " + status, RunTables.whole(prompts)));
        problems.stream()
                .filter(problem -> problem.status().equals(status))
                .forEach(problem ->
                        rows.add(List.of(status + ": " + problem.code(), RunTables.whole(problem.prompts()))));
    }

    private String python() {
        String status = plan.settings().getOrDefault("output-prefix", "") + "status";
        return "from datasets import load_dataset\n"
                + "texts = load_dataset(\"FOLDER\", split=\"train\")\n"
                + "texts = texts.filter(lambda row: row[" + Json.writeCompact(status) + "] == \"ok\")\n\n"
                + "import polars\n"
                + "polars.read_parquet(\"FOLDER/" + DATA_FILES + "\")\n\n"
                + "import pandas\n"
                + "pandas.read_parquet(\"FOLDER\", ignore_prefixes=[\"_\", \".\", \"README\"])";
    }

    private List<List<String>> origin() {
        return List.of(
                List.of("Model", model()),
                List.of("Digest of the model (SHA-256)", plan.modelDigest()),
                List.of("Digest of its tokenizer (SHA-256)", plan.tokenizerDigest()),
                List.of("Promptmill", plan.promptmill()));
    }

    private List<List<String>> settings() {
        return plan.settings().entrySet().stream()
                .map(setting -> List.of(
                        setting.getKey(),
                        setting.getValue() instanceof String text ? text : Json.writeCompact(setting.getValue())))
                .toList();
    }

    private long sum(ToLongFunction<Manifest> count) {
        return manifests.stream().mapToLong(count).sum();
    }

    private static long bytes(Manifest manifest) {
        return manifest.chunks().stream().mapToLong(Manifest.Chunk::bytes).sum();
    }
}
