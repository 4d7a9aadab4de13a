package io.promptmill.checkpoint.weights;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.files.CheckedFile;
import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.SteadyFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The safetensors format: 8 bytes of header length, a JSON header, the values. Format rules from the reference
 * implementation (huggingface/safetensors, {@code safetensors/src/tensor.rs}) and its README; where the two differ the
 * stricter one holds: the header begins with <code>{</code>, ends in nothing but spaces, and no key occurs twice.
 */
public final class SafetensorsFile {
    private static final int LENGTH_BYTES = 8;
    /** GPT-2's have at most 4; longer lists are not worth reading. */
    private static final int MAX_RANK = 8;

    static final String METADATA = "__metadata__";

    /** Bits of an element, by type. */
    private static final Map<String, Integer> BITS = Map.ofEntries(
            Map.entry("BOOL", 8),
            Map.entry("F4", 4),
            Map.entry("F6_E2M3", 6),
            Map.entry("F6_E3M2", 6),
            Map.entry("U8", 8),
            Map.entry("I8", 8),
            Map.entry("F8_E5M2", 8),
            Map.entry("F8_E4M3", 8),
            Map.entry("F8_E8M0", 8),
            Map.entry("F8_E4M3FNUZ", 8),
            Map.entry("F8_E5M2FNUZ", 8),
            Map.entry("I16", 16),
            Map.entry("U16", 16),
            Map.entry("F16", 16),
            Map.entry("BF16", 16),
            Map.entry("I32", 32),
            Map.entry("U32", 32),
            Map.entry("F32", 32),
            Map.entry("C64", 64),
            Map.entry("F64", 64),
            Map.entry("I64", 64),
            Map.entry("U64", 64));

    private final CheckedFile file;

    private SafetensorsFile(CheckedFile file) {
        this.file = file;
    }

    /** The file's tensors in the order of their values. */
    public static List<StoredTensor> read(SteadyFile file) throws InvalidCheckpointException, IOException {
        try (CheckedFile opened = file.open()) {
            return new SafetensorsFile(opened).tensors();
        }
    }

    private List<StoredTensor> tensors() throws InvalidCheckpointException, IOException {
        long headerBytes = file.read(0, LENGTH_BYTES).getLong();
        // The format allows 100,000,000 bytes; GPT-2 XL needs about 70,000.
        if (headerBytes < 0 || headerBytes > CheckpointFiles.MAX_BYTES) {
            ForeignFormat.refuse(file);
            throw file.damaged("a header of " + Long.toUnsignedString(headerBytes) + " bytes is more than the allowed "
                    + CheckpointFiles.MAX_BYTES);
        }
        long valuesStart = LENGTH_BYTES + headerBytes;
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : header((int) headerBytes).properties()) {
            if (field.getKey().equals(METADATA)) {
                requireTexts(field.getValue());
            } else {
                entries.add(entry(field.getKey(), field.getValue()));
            }
        }
        requireTiling(entries, file.size() - valuesStart);
        List<StoredTensor> tensors = new ArrayList<>();
        for (Entry entry : entries) {
            tensors.add(StoredTensor.contiguous(
                    entry.name, entry.dataType, entry.shape, file.file(), valuesStart + entry.begin));
        }
        return tensors;
    }

    private JsonNode header(int bytes) throws InvalidCheckpointException, IOException {
        String text = CheckpointFiles.text(file.read(LENGTH_BYTES, bytes), file.name());
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        if (end == 0 || text.charAt(0) != '{' || text.charAt(end - 1) != '}') {
            throw file.damaged("its header does not begin with { or ends in something other than } and spaces");
        }
        return CheckpointFiles.parse(text.substring(0, end), file.name());
    }

    private void requireTexts(JsonNode metadata) throws InvalidCheckpointException {
        boolean texts = metadata.isObject();
        for (JsonNode value : metadata) {
            texts &= value.isTextual();
        }
        if (!texts) {
            throw file.damaged(METADATA + " is not a map of texts");
        }
    }

    private Entry entry(String name, JsonNode field) throws InvalidCheckpointException {
        String what = "tensor " + InvalidCheckpointException.quote(name);
        String dataType = field.path("dtype").asText();
        Integer bits = BITS.get(dataType);
        if (bits == null) {
            throw file.unsupported(what + " has the unknown dtype " + InvalidCheckpointException.quote(dataType));
        }
        List<Long> shape = sizes(field.path("shape"), what + ": shape");
        List<Long> offsets = sizes(field.path("data_offsets"), what + ": data_offsets");
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
            throw file.damaged(what + " has data_offsets " + offsets);
        }
        long allBits;
        try {
            allBits = Math.multiplyExact(StoredTensor.elements(shape), bits);
        } catch (ArithmeticException e) {
            throw file.damaged(what + " has a shape of more than 2^63 bits");
        }
        Entry entry = new Entry(name, dataType, shape, offsets.get(0), offsets.get(1));
        if (allBits % 8 != 0 || allBits / 8 != entry.end - entry.begin) {
            throw file.damaged(what + " of " + dataType + " " + shape + " has " + (entry.end - entry.begin) + " bytes");
        }
        return entry;
    }

    private List<Long> sizes(JsonNode array, String what) throws InvalidCheckpointException {
        List<Long> sizes = new ArrayList<>();
        boolean valid = array.isArray();
        if (array.size() > MAX_RANK) {
            throw file.damaged(what + " has more than " + MAX_RANK + " numbers");
        }
        for (JsonNode size : array) {
            valid &= size.isIntegralNumber() && size.canConvertToLong() && size.longValue() >= 0;
            sizes.add(size.longValue());
        }
        if (!valid) {
            throw file.damaged(what + " is not a list of whole numbers from 0 to 2^63 - 1");
        }
        return sizes;
    }

    /** No holes, no overlaps, no bytes left over: a byte that no tensor owns could be another format's content. */
    private void requireTiling(List<Entry> entries, long valueBytes) throws InvalidCheckpointException {
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long end = 0;
        for (Entry entry : entries) {
            if (entry.begin != end) {
                throw file.damaged("tensor " + InvalidCheckpointException.quote(entry.name) + " begins at "
                        + entry.begin + " where " + end + " is expected");
            }
            end = entry.end;
        }
        if (end != valueBytes) {
            throw file.damaged("its tensors need " + end + " bytes but it has " + valueBytes);
        }
    }

    private record Entry(String name, String dataType, List<Long> shape, long begin, long end) {}
}
