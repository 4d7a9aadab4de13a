package io.promptmill.jobs.generate;

import io.promptmill.GenerationConfig;
import io.promptmill.OptionWord;
import io.promptmill.Sha256;
import io.promptmill.TokenIds;
import io.promptmill.TokenLimit;
import io.promptmill.TokenLimit.Counts;
import io.promptmill.compile.Precision;
import io.promptmill.jobs.store.Json;
import io.promptmill.spark.rows.SamplingParamsColumn;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The settings of a run by option name, as plan and footer tell them; only those that can change the output. */
final class ResolvedSettings {
    private ResolvedSettings() {}

    static Map<String, Object> of(JobSettings job, Precision precision, GenerationConfig config) {
        Map<String, Object> settings = new TreeMap<>();
        if (job.input().isCommandLine()) {
            List<String> prompts = job.input().texts();
            settings.put("prompts", prompts.size() + " with the SHA-256 " + Sha256.ofText(Json.writeCompact(prompts)));
        }
        settings.put("id-column", job.idColumn());
        settings.put("prompt-column", job.promptColumn());
        settings.put("output-prefix", job.outputPrefix());
        settings.put("seed", job.engine().seed());
        settings.put("on-long-prompt", OptionWord.of(job.engine().onLongPrompt()));
        settings.put("returned-text", OptionWord.of(job.engine().returnedText()));
        settings.put("layout", OptionWord.of(job.layout()));
        settings.put("token-logprobs", OptionWord.of(job.logprobs()));
        if (job.samplingParams() == SamplingParamsColumn.CARRIED) { // older plans have no such entry
            settings.put("carry-sampling-params", true);
        }
        settings.put("device", OptionWord.of(job.device()));
        settings.put("precision", precision.toString());
        putLimit(settings, "max", config.maxTokens());
        putLimit(settings, "min", config.minTokens());
        settings.put("do-sample", config.doSample());
        settings.put("temperature", config.temperature());
        settings.put("top-k", config.topK());
        settings.put("top-p", config.topP());
        settings.put("min-p", config.minP());
        settings.put("typical-p", config.typicalP());
        settings.put("repetition-penalty", config.repetitionPenalty());
        settings.put("no-repeat-ngram-size", config.noRepeatNgramSize());
        settings.put(
                "bad-words-ids",
                config.badWordsIds().stream().map(TokenIds::toArray).toList());
        settings.put("eos-token-id", config.eosTokenIds());
        settings.put("num-beams", config.numBeams());
        settings.put("length-penalty", config.lengthPenalty());
        settings.put("early-stopping", config.earlyStopping().toString());
        settings.put("num-return-sequences", config.numReturnSequences());
        settings.put("stop", config.stop());
        settings.put("prefix", config.prefix());
        return settings;
    }

    private static void putLimit(Map<String, Object> settings, String bound, TokenLimit limit) {
        settings.put(bound + (limit.counts() == Counts.NEW_TOKENS ? "-new-tokens" : "-length"), limit.tokens());
    }
}
