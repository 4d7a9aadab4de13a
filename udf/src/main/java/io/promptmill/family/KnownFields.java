package io.promptmill.family;

import io.promptmill.GenerationOption;
import io.promptmill.UnsupportedOptions;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The fields that the configuration files of every family may have and that are no settings of Promptmill, from
 * transformers' {@code PretrainedConfig} and {@code GenerationConfig} of versions 2 to 5.
 */
public final class KnownFields {
    /** Stands for the absence of a value where a field has one value that is supported. */
    public static final String UNSET = "unset";

    /** Fields of config.json that are read for every family. */
    private static final Set<String> MODEL_READ =
            Set.of("model_type", "vocab_size", "tie_word_embeddings", "bos_token_id", "task_specific_params");

    /** Fields of config.json that change the numbers, with the one value that is supported. */
    static final Map<String, Object> MODEL_FIXED = Map.of(
            "add_cross_attention",
            false,
            "is_encoder_decoder",
            false,
            "pruned_heads",
            UNSET,
            "quantization_config",
            UNSET,
            // Python code of the checkpoint's own.
            "auto_map",
            UNSET);

    /** Fields of config.json that matter to training, to classification or to Python only. */
    private static final Set<String> MODEL_NEUTRAL = Set.of(
            "_attn_implementation",
            "_attn_implementation_autoset",
            "_commit_hash",
            "_name_or_path",
            "_num_labels",
            "architectures",
            "attn_implementation",
            "chunk_size_feed_forward",
            "cls_token_id",
            "cross_attention_hidden_size",
            "dtype",
            "finetuning_task",
            "gradient_checkpointing",
            "id2label",
            "initializer_range",
            "is_decoder",
            "label2id",
            "mask_token_id",
            "name_or_path",
            "num_labels",
            "output_past",
            "problem_type",
            "return_dict",
            "sep_token_id",
            "tf_legacy_loss",
            "tie_encoder_decoder",
            "tokenizer_class",
            "torch_dtype",
            "torchscript",
            "unk_token_id",
            "use_bfloat16",
            "xla_device");

    /** Generation settings that change the text, have no value that is their absence, and are not supported. */
    private static final Set<String> GENERATION_UNSET = Set.of(
            "begin_suppress_tokens",
            "constraints",
            "dola_layers",
            "exponential_decay_length_penalty",
            "force_words_ids",
            "forced_bos_token_id",
            "forced_decoder_ids",
            "forced_eos_token_id",
            "max_time",
            "sequence_bias",
            "suppress_tokens",
            "top_h",
            "watermarking_config");

    /** Generation settings that change the text and are not supported, with the value that is their absence. */
    public static final Map<String, Object> GENERATION_UNSUPPORTED = Stream.concat(
                    UnsupportedOptions.OFF.entrySet().stream(),
                    GENERATION_UNSET.stream().map(name -> Map.entry(name, (Object) UNSET)))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    /** Generation settings that say how fast, or what else is returned, or are read elsewhere. */
    public static final Set<String> GENERATION_NEUTRAL = Set.of(
            "_commit_hash",
            "_from_model_config",
            "assistant_confidence_threshold",
            "assistant_early_exit",
            "assistant_ensemble_weight",
            "assistant_lookbehind",
            "bos_token_id",
            "cache_config",
            "cache_implementation",
            "compile_config",
            "continuous_batching_config",
            "decoder_start_token_id",
            "disable_compile",
            "generation_kwargs",
            "is_assistant",
            "low_memory",
            "max_cache_len",
            "max_matching_ngram_size",
            "num_assistant_tokens",
            "num_assistant_tokens_schedule",
            "output_attentions",
            "output_hidden_states",
            "output_logits",
            "output_scores",
            "pad_token_id",
            "prefill_chunk_size",
            "prompt_lookup_num_tokens",
            "return_dict_in_generate",
            "return_legacy_cache",
            "speculation_type",
            "target_lookbehind",
            "transformers_version",
            "use_cache",
            "use_mtp",
            "use_model_defaults");

    private KnownFields() {}

    /** Whether a field of config.json is one of every family's network. */
    static boolean isOfModel(String name) {
        return MODEL_READ.contains(name) || MODEL_FIXED.containsKey(name) || MODEL_NEUTRAL.contains(name);
    }

    /** Whether a field is a generation setting, supported or not. */
    static boolean isOfGeneration(String name) {
        return GENERATION_NEUTRAL.contains(name)
                || GENERATION_UNSUPPORTED.containsKey(name)
                || GenerationOption.ofKey(name).isPresent();
    }
}
