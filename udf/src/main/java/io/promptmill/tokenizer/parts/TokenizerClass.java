package io.promptmill.tokenizer.parts;

import java.util.Set;

/**
 * What transformers 5 makes of a folder's tokenizer files, which its {@code tokenizer_class} decides
 * ({@code AutoTokenizer.from_pretrained} for a model of GPT-2's type).
 */
public enum TokenizerClass {
    /** Vocabulary, merges and added tokens are taken, all else is GPT-2's. */
    GPT2,
    /** {@code tokenizer.json} is taken as it is. */
    AS_WRITTEN,
    /** The tokenizer is built by rules of that class, whatever {@code tokenizer.json} says. */
    OTHER;

    private static final Set<String> GPT2_CLASSES = Set.of("GPT2", "CodeGen");

    /** The classes of transformers 5.24 that have rules of their own, without the end {@code Tokenizer}. */
    private static final Set<String> OTHER_CLASSES = Set.of(
            ("Albert Bart Barthez Bartpho BertGeneration BertJapanese Bert Bertweet BigBird BioGpt BlenderbotSmall"
                            + " Blenderbot ByT5 CLIP CTRL Camembert Canine Clvp CodeLlama Cohere CpmAnt Cpm"
                            + " DPRQuestionEncoder DPRContextEncoder DPRReader Deberta DebertaV2 Dia DistilBert Electra"
                            + " Esm Esmc FNet FSMT Flaubert Funnel GPTNeoXJapanese GPTNeoX GPTSw3 Gemma Herbert LED"
                            + " Lasr LayoutLM LayoutLMv2 LayoutLMv3 LayoutXLM Longformer Luke Lxmert M2M100 MBart50"
                            + " MBart MLuke MPNet Marian MarkupLM Mgpstr MobileBert Mvp MyT5 Nllb Nougat OpenAIGPT"
                            + " PLBart Parakeet Pegasus Perceiver Phobert ProphetNet Qwen2 Qwen3_5 Rag Reformer RemBert"
                            + " RoCBert RoFormer Roberta SeamlessM4T Siglip2 Siglip Speech2Text SpeechT5 Splinter T5"
                            + " Tapas Tipsv2 Udop VideoPrism Vits Wav2Vec2CTC Wav2Vec2PhonemeCTC Whisper XGLM"
                            + " XLMRoberta XLM XLNet")
                    .split(" "));

    /**
     * What a class does.
     *
     * @param name with or without the end {@code Fast}; classes that transformers does not know take files as they are
     */
    public static TokenizerClass of(String name) {
        String stem = without(without(name, "Fast"), "Tokenizer");
        if (GPT2_CLASSES.contains(stem)) {
            return GPT2;
        }
        return OTHER_CLASSES.contains(stem) ? OTHER : AS_WRITTEN;
    }

    private static String without(String name, String end) {
        return name.endsWith(end) ? name.substring(0, name.length() - end.length()) : name;
    }
}
