package io.promptmill.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.TokenIds;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerGoldenTest {
    @TempDir
    Path folder;

    @Test
    void gpt2FromVocabularyAndMergesGivesTheIdsAndTextsOfTransformers() throws Exception {
        assertGpt2(Golden.definition("gpt2-vocab"));
    }

    @Test
    void gpt2FromItsCanonicalFileGivesTheIdsAndTextsOfTransformers() throws Exception {
        assertGpt2(Golden.rewritten("gpt2-vocab", folder));
    }

    @Test
    void theSampleModelsTokenizerGivesTheIdsAndTextsOfTransformers() throws Exception {
        assertSampleModel(Golden.definition("sample-model"));
    }

    @Test
    void theSampleModelsTokenizerFromItsCanonicalFileGivesTheIdsAndTextsOfTransformers() throws Exception {
        assertSampleModel(Golden.rewritten("sample-model", folder));
    }

    private static void assertGpt2(TokenizerDefinition definition) throws Exception {
        try (Tokenizer tokenizer = new Tokenizer(definition)) {
            for (String file : new String[] {"tokenizer.jsonl", "tokenizer-random.jsonl"}) {
                for (JsonNode line : Golden.lines(file)) {
                    TokenIds ids = Golden.ids(line.get("ids"));
                    // tokenizer.jsonl was decoded with special tokens.
                    String text = line.get("decoded").textValue().replace("<|endoftext|>", "");
                    if (line.get("text").isTextual()) {
                        assertThat(tokenizer.encode(line.get("text").textValue()))
                                .as(line.toString())
                                .isEqualTo(ids);
                    }
                    assertThat(tokenizer.decode(ids)).as(line.toString()).isEqualTo(text);
                }
            }
        }
    }

    private static void assertSampleModel(TokenizerDefinition definition) throws Exception {
        try (Tokenizer tokenizer = new Tokenizer(definition)) {
            for (JsonNode line : Golden.lines("sample-model/golden.jsonl")) {
                String prompt =
                        line.get("prefix").textValue() + line.get("prompt").textValue();
                assertThat(tokenizer.encode(prompt)).isEqualTo(Golden.ids(line.get("prompt_ids")));
                for (String search : new String[] {"greedy_40", "beam4_20"}) {
                    assertThat(tokenizer.decode(Golden.ids(line.get(search))))
                            .isEqualTo(line.get(search + "_text").textValue());
                }
            }
        }
    }
}
