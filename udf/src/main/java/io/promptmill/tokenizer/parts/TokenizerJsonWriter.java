package io.promptmill.tokenizer.parts;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Writes a tokenizer as {@code tokenizer.json} in one fixed form: equal tokenizers give equal texts. */
public final class TokenizerJsonWriter {
    private TokenizerJsonWriter() {}

    /** The text of a tokenizer. */
    public static String write(CheckedTokenizer tokenizer) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            write(tokenizer, json);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return text.toString();
    }

    private static void write(CheckedTokenizer tokenizer, JsonGenerator json) throws IOException {
        TokenizerPipeline pipeline = tokenizer.pipeline();
        json.writeStartObject();
        json.writeStringField(TokenizerJsonReader.VERSION, TokenizerJsonReader.KNOWN_VERSION);
        json.writeNullField(TokenizerJsonReader.TRUNCATION);
        json.writeNullField(TokenizerJsonReader.PADDING);
        json.writeArrayFieldStart(TokenizerJsonReader.ADDED_TOKENS);
        for (AddedToken token : tokenizer.addedTokens()) {
            token.write(json);
        }
        json.writeEndArray();
        write(Normalizer.FIELD, pipeline.normalizer(), json);
        write(PreTokenizer.FIELD, pipeline.preTokenizer(), json);
        write(PostProcessor.FIELD, pipeline.postProcessor(), json);
        write(Decoder.FIELD, pipeline.decoder(), json);
        write(TokenizerModel.FIELD, pipeline.model(), json);
        json.writeEndObject();
    }

    private static void write(String field, TokenizerPart part, JsonGenerator json) throws IOException {
        json.writeFieldName(field);
        part.write(json);
    }
}
