package io.promptmill.jobs.card;

import io.promptmill.Amount;
import io.promptmill.jobs.counts.CountsTable;
import io.promptmill.jobs.markup.Markdown;
import io.promptmill.jobs.markup.PlainLine;
import io.promptmill.jobs.report.RunReport;
import io.promptmill.jobs.report.RunTables;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.tracking.Losses;
import io.promptmill.jobs.tracking.ModelReference;
import io.promptmill.jobs.tracking.RunRecord;
import io.promptmill.jobs.tracking.RunStory;
import io.promptmill.jobs.tracking.Sample;
import io.promptmill.jobs.tracking.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The body of a card, in GitHub's Markdown. Immutable.
 *
 * @param prefix what stands in front of every prompt
 */
record CardText(RunStory story, Imitated imitated, String prefix, CardAuthor author) {
    /** Characters of a sample. */
    private static final int LINE = 280;

    String markdown() {
        return String.join(
                        "\n\n",
                        title(),
                        howItWorks(),
                        trainingData(),
                        trainingProcedure(),
                        howToUse(),
                        intendedUse(),
                        limitations(),
                        about())
                + "\n";
    }

    private String title() {
        List<String> parts = new ArrayList<>();
        if (!imitated.nobody()) {
            parts.add(image("Avatars", ModelCard.AVATARS));
        }
        parts.add("# " + Markdown.text(imitated.names()));
        parts.add(
                imitated.nobody()
                        ? "**AI MODEL** 🤖"
                        : "**" + imitated.kind() + "** 🤖 · " + Markdown.text(imitated.handles()));
        parts.add("I was made with " + promptmill() + ": by a machine that has read "
                + (imitated.nobody() ? "texts" : "tweets") + ", not by the people who wrote them.");
        parts.add(image("A text of this model", ModelCard.PREDICTIONS));
        return String.join("\n\n", parts);
    }

    private String howItWorks() {
        return "## How does it work?\n\n"
                + "Posts are read, cleaned and cut into blocks; a GPT-2 model learns to continue them; then it continues"
                + " whatever it is given. What stands between the steps has a name, a version and a digest:\n\n"
                + image("From posts to new texts", ModelCard.PIPELINE);
    }

    private String trainingData() {
        TrainingData data = run().data();
        String from = imitated.nobody()
                ? "The model was trained on texts of " + Markdown.text(CardHeader.dataset(data)) + "."
                : "The model was trained on tweets from " + Markdown.text(imitated.names()) + ".";
        String table = story.shownCounts().isEmpty()
                ? ""
                : "\n\n" + CountsTable.of(story.counts()).markdown().strip() + "\n\nThis table alone: "
                        + link("counts.md", ModelCard.COUNTS) + ".";
        List<List<String>> facts = new ArrayList<>(RunTables.data(data));
        facts.removeIf(row -> row.get(0).equals("Path")); // a place on somebody's machine
        facts.add(0, List.of("Name", CardHeader.dataset(data)));
        return "## Training data\n\n" + from + table + "\n\n" + Markdown.facts(facts);
    }

    private String trainingProcedure() {
        ModelReference parent = run().parent();
        String from = parent == null
                ? "The model was trained from scratch."
                : "The model is based on a pre-trained " + Markdown.text(base(parent)) + " (digest "
                        + Markdown.code(parent.digest()) + "), which is fine-tuned on these texts.";
        return String.join(
                "\n\n",
                "## Training procedure",
                from,
                "Hyper-parameters, metrics and digests are recorded for full transparency and reproducibility: "
                        + link("the run's page", RunReport.FILE) + ", " + link("its record", ModelCard.RUN) + ".",
                Markdown.facts(results()),
                image("Loss", ModelCard.LOSS) + " " + image("Learning rate", ModelCard.LEARNING_RATE),
                "Hyper-parameters:",
                Markdown.facts(RunTables.parameters(run())),
                "At the end the model was given a version and a digest"
                        + (run().result() == null
                                ? ""
                                : ": " + Markdown.text(run().result().nameAndVersion()) + ", "
                                        + Markdown.code(run().result().digest()))
                        + ". It is beside this card: " + link("model.safetensors", "model.safetensors") + ", "
                        + link("config.json", "config.json") + ".");
    }

    private List<List<String>> results() {
        Losses losses = run().losses();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("Run", run().id()));
        rows.add(List.of("Steps", RunTables.whole(run().totals().steps())));
        rows.add(List.of("Tokens", RunTables.whole(run().totals().tokens())));
        addLoss(rows, "Training loss (nats a token)", losses.trainLoss());
        addLoss(rows, "Held-out loss (nats a token)", losses.evalLoss());
        addLoss(rows, "Held-out perplexity", losses.perplexity());
        return rows;
    }

    private static void addLoss(List<List<String>> rows, String name, Double value) {
        if (value != null) {
            rows.add(List.of(name, RunTables.decimal(value)));
        }
    }

    private String howToUse() {
        String prompt = Json.writeCompact(ModelCard.PROMPT);
        String whole = Json.writeCompact(prefix + ModelCard.PROMPT);
        return String.join(
                "\n\n",
                "## How to use",
                "`FOLDER` is the folder of this card. " + prefixNote(),
                "With Promptmill, on Spark or in any Java program:",
                Markdown.fenced(
                        "",
                        "spark-submit promptmill.jar generate --model FOLDER --input prompts.parquet --output generated"),
                Markdown.fenced(
                        "java",
                        "TextGenerationPipeline.of(\"FOLDER\").generate(" + prompt
                                + ", Map.of(\"num_return_sequences\", 5))"),
                "With transformers:",
                Markdown.fenced(
                        "python",
                        "from transformers import pipeline\ngenerator = pipeline(\"text-generation\", model=\"FOLDER\")\n"
                                + "generator(" + whole + ", num_return_sequences=5)"),
                samples());
    }

    private String prefixNote() {
        return prefix.isEmpty()
                ? "Prompts are continued as they are."
                : "In training every post begins behind " + Markdown.code(prefix)
                        + ": Promptmill puts it in front of prompts by itself (`prefix` in `config.json`), to"
                        + " transformers it has to be given.";
    }

    private String samples() {
        List<Sample> samples = story.lastSamples();
        return samples.isEmpty()
                ? "There are no samples of this run."
                : "What it gave at step " + RunTables.whole(samples.get(0).step()) + ":\n\n"
                        + samples.stream()
                                .map(sample -> "- " + Markdown.text(PlainLine.of(sample.text(), LINE)))
                                .collect(Collectors.joining("\n"));
    }

    private String intendedUse() {
        Long posts = run().data().posts();
        return "## Intended use\n\n"
                + "For play and for study: to see what a small language model picks up from "
                + (posts == null ? "its data" : Amount.of(posts, "text"))
                + ". Its texts are not facts, not advice, and nobody's opinion.";
    }

    private String limitations() {
        ModelReference parent = run().parent();
        String base = parent == null
                ? "It was trained from scratch and knows nothing but its data."
                : "The model suffers from the limitations and biases of "
                        + (base(parent).equals("openai-community/gpt2")
                                ? "[GPT-2](https://huggingface.co/openai-community/gpt2#limitations-and-bias)"
                                : "its base model " + Markdown.text(base(parent)))
                        + ".";
        return "## Limitations and bias\n\n" + base
                + " In addition, what stands in its training data colours everything it writes, and it may repeat parts of"
                + " that data word for word.\n\n"
                + "**Do not impersonate.** What this model writes was never said by "
                + (imitated.nobody() ? "anybody" : Markdown.text(imitated.names()))
                + ". Do not publish its texts under the name of a person, or so that they can be taken for a person's own"
                + " words.";
    }

    private String about() {
        String by = author.author() == null
                ? ""
                : "*Built by "
                        + (author.authorUrl() == null
                                ? Markdown.text(author.author())
                                : link(author.author(), author.authorUrl()))
                        + "*\n\n";
        return "## About\n\n" + by + "Made with " + promptmill() + " " + Markdown.text(run().codeVersion())
                + ". License: " + Markdown.text(author.license()) + ". Language: " + Markdown.text(author.language())
                + ".";
    }

    private RunRecord run() {
        return story.run();
    }

    private String promptmill() {
        return author.projectUrl() == null ? "Promptmill" : link("Promptmill", author.projectUrl());
    }

    private static String base(ModelReference parent) {
        return HubId.of(parent).orElseGet(parent::name);
    }

    private static String link(String text, String target) {
        return "[" + Markdown.text(text) + "](<" + target + ">)";
    }

    private static String image(String text, String file) {
        return "![" + text + "](" + file + ")";
    }
}
