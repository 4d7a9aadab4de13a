package io.promptmill.checkpoint;

import io.promptmill.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tensors of a GPT-2 model by the names of transformers' {@code modeling_gpt2.py}, without the prefix
 * {@code transformer.} that some files have.
 */
final class Gpt2Tensors {
    private static final String PREFIX = "transformer.";
    private static final String HEAD = "lm_head.weight";
    /** Causal masks that older versions of transformers stored with the weights. */
    private static final Pattern MASK = Pattern.compile("h\\.[0-9]+\\.attn\\.(masked_)?bias");

    private static final int MAX_LISTED = 6;

    private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
    private final boolean tied;

    Gpt2Tensors(Gpt2Config config) {
        long width = config.nEmbd();
        long inner = config.nInner();
        shapes.put("wte.weight", List.of((long) config.vocabSize(), width));
        shapes.put("wpe.weight", List.of((long) config.nPositions(), width));
        for (int layer = 0; layer < config.nLayer(); layer++) {
            String block = "h." + layer;
            norm(block + ".ln_1", width);
            linear(block + ".attn.c_attn", width, 3 * width);
            linear(block + ".attn.c_proj", width, width);
            norm(block + ".ln_2", width);
            linear(block + ".mlp.c_fc", width, inner);
            linear(block + ".mlp.c_proj", inner, width);
        }
        norm("ln_f", width);
        shapes.put(HEAD, List.of((long) config.vocabSize(), width));
        tied = config.tieWordEmbeddings();
    }

    private void norm(String name, long width) {
        shapes.put(name + ".weight", List.of(width));
        shapes.put(name + ".bias", List.of(width));
    }

    /** GPT-2's linear layers are stored {@code [in, out]}. */
    private void linear(String name, long in, long out) {
        shapes.put(name + ".weight", List.of(in, out));
        shapes.put(name + ".bias", List.of(out));
    }

    /** Maps exactly the model's tensors; a tied head and old masks are left out. */
    Map<String, Checkpoint.Tensor> map(List<StoredTensor> stored) throws InvalidCheckpointException, IOException {
        Map<String, StoredTensor> found = byCanonicalName(stored);
        requireShapes(found);
        Map<String, Checkpoint.Tensor> tensors = new LinkedHashMap<>();
        for (String name : shapes.keySet()) {
            if (!name.equals(HEAD) || !tied) {
                StoredTensor tensor = found.get(name);
                tensors.put(name, tensor.map(name, usableType(name, tensor)));
            }
        }
        return tensors;
    }

    private static Map<String, StoredTensor> byCanonicalName(List<StoredTensor> stored)
            throws InvalidCheckpointException {
        Map<String, StoredTensor> found = new LinkedHashMap<>();
        for (StoredTensor tensor : stored) {
            String name = tensor.name().startsWith(PREFIX) ? tensor.name().substring(PREFIX.length()) : tensor.name();
            if (!MASK.matcher(name).matches() && found.put(name, tensor) != null) {
                throw InvalidCheckpointException.damaged(
                        tensor.file().getFileName().toString(),
                        "it has the tensor " + InvalidCheckpointException.quote(name) + " with and without the prefix "
                                + PREFIX);
            }
        }
        return found;
    }

    private void requireShapes(Map<String, StoredTensor> found) throws InvalidCheckpointException {
        List<String> missing = new ArrayList<>();
        List<String> misshapen = new ArrayList<>();
        shapes.forEach((name, shape) -> {
            StoredTensor tensor = found.get(name);
            if (tensor == null && !(name.equals(HEAD) && tied)) {
                missing.add(name);
            } else if (tensor != null && !tensor.shape().equals(shape)) {
                misshapen.add(name + " should be " + shape + " but is " + tensor.shape());
            }
        });
        List<String> extra = found.keySet().stream()
                .filter(name -> !shapes.containsKey(name))
                .map(InvalidCheckpointException::quote)
                .collect(Collectors.toList());
        String differences = Stream.of(
                        listed("missing", missing), listed("not expected", extra), listed("misshapen", misshapen))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
        if (!differences.isEmpty()) {
            throw new InvalidCheckpointException(new Problem(
                    "checkpoint_mismatch",
                    "the weights are not those of the GPT-2 that config.json describes: " + differences,
                    "a model put together from them would write noise",
                    "use the config.json and the weights of one and the same model"));
        }
    }

    private static String listed(String title, List<String> items) {
        if (items.isEmpty()) {
            return "";
        }
        String shown = items.stream().limit(MAX_LISTED).collect(Collectors.joining(", "));
        String rest = items.size() > MAX_LISTED ? " and " + (items.size() - MAX_LISTED) + " more" : "";
        return title + " " + shown + rest;
    }

    private static DataType usableType(String name, StoredTensor tensor) throws InvalidCheckpointException {
        for (DataType type : DataType.values()) {
            if (type.name().equals(tensor.dataType())) {
                if (tensor.order() != StoredTensor.Order.CONTIGUOUS) {
                    throw unsupported("tensor " + name + " is a strided view", "save the model with save_pretrained");
                }
                if (tensor.bytes(type) > Integer.MAX_VALUE) {
                    throw unsupported(
                            "tensor " + name + " has " + tensor.bytes(type) + " bytes, 2 GiB or more",
                            "save the model in float16 or bfloat16, or use a smaller one");
                }
                return type;
            }
        }
        throw unsupported(
                "tensor " + name + " has the type " + tensor.dataType(),
                "save the model in float32, float16 or bfloat16");
    }

    private static InvalidCheckpointException unsupported(String what, String remedy) {
        return InvalidCheckpointException.unsupported(
                what, "weights are plain F32, F16 or BF16 blocks of less than 2 GiB", remedy);
    }
}
