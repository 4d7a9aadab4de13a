package io.promptmill.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Writes a tokenizer as {@code tokenizer.json} in one fixed form: equal tokenizers give equal texts. */
final class TokenizerJsonWriter implements AutoCloseable {
    private final JsonGenerator json;

    private TokenizerJsonWriter(JsonGenerator json) {
        this.json = json;
    }

    static String write(ByteLevelBpe tokenizer) {
        StringWriter text = new StringWriter();
        try (TokenizerJsonWriter writer = new TokenizerJsonWriter(new JsonFactory().createGenerator(text))) {
            writer.root(tokenizer);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return text.toString();
    }

    private void root(ByteLevelBpe tokenizer) throws IOException {
        json.writeStartObject();
        json.writeStringField("version", "1.0");
        json.writeNullField("truncation");
        json.writeNullField("padding");
        addedTokens(tokenizer.addedTokens());
        json.writeNullField("normalizer");
        byteLevel("pre_tokenizer", tokenizer.addPrefixSpace(), tokenizer.useRegex());
        json.writeNullField("post_processor");
        byteLevel("decoder", true, true);
        model(tokenizer);
        json.writeEndObject();
    }

    private void addedTokens(List<AddedToken> tokens) throws IOException {
        json.writeArrayFieldStart("added_tokens");
        for (AddedToken token : tokens) {
            json.writeStartObject();
            json.writeNumberField("id", token.id());
            json.writeStringField("content", token.content());
            json.writeBooleanField("single_word", token.singleWord());
            json.writeBooleanField("lstrip", token.lstrip());
            json.writeBooleanField("rstrip", token.rstrip());
            json.writeBooleanField("normalized", token.normalized());
            json.writeBooleanField("special", token.special());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void byteLevel(String field, boolean addPrefixSpace, boolean useRegex) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeStringField("type", "ByteLevel");
        json.writeBooleanField("add_prefix_space", addPrefixSpace);
        json.writeBooleanField("trim_offsets", true);
        json.writeBooleanField("use_regex", useRegex);
        json.writeEndObject();
    }

    private void model(ByteLevelBpe tokenizer) throws IOException {
        json.writeObjectFieldStart("model");
        json.writeStringField("type", "BPE");
        json.writeNullField("dropout");
        json.writeNullField("unk_token");
        json.writeNullField("continuing_subword_prefix");
        json.writeNullField("end_of_word_suffix");
        json.writeBooleanField("fuse_unk", false);
        json.writeBooleanField("byte_fallback", false);
        json.writeBooleanField("ignore_merges", tokenizer.ignoreMerges());
        json.writeObjectFieldStart("vocab");
        for (Map.Entry<Integer, String> token : tokenizer.vocabulary().entrySet()) {
            json.writeNumberField(token.getValue(), token.getKey());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("merges");
        for (ByteLevelBpe.Merge merge : tokenizer.merges()) {
            json.writeStartArray();
            json.writeString(merge.left());
            json.writeString(merge.right());
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
