package io.promptmill.checkpoint;

import io.promptmill.checkpoint.torch.Pickle;
import io.promptmill.checkpoint.torch.StoredZip;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** A GPT-2 in which every size is 1, in each container: a few kilobytes, so that a test can damage every bit. */
public final class SmallestModel {
    public static final String CONFIG = "{\"model_type\":\"gpt2\",\"vocab_size\":1,\"n_positions\":1,\"n_embd\":1,"
            + "\"n_layer\":1,\"n_head\":1,\"n_inner\":1,\"bos_token_id\":0,\"eos_token_id\":0}";

    private static final Map<String, int[]> SHAPES = new LinkedHashMap<>();

    static {
        SHAPES.put("wte.weight", new int[] {1, 1});
        SHAPES.put("wpe.weight", new int[] {1, 1});
        SHAPES.put("h.0.ln_1.weight", new int[] {1});
        SHAPES.put("h.0.ln_1.bias", new int[] {1});
        SHAPES.put("h.0.attn.c_attn.weight", new int[] {1, 3});
        SHAPES.put("h.0.attn.c_attn.bias", new int[] {3});
        SHAPES.put("h.0.attn.c_proj.weight", new int[] {1, 1});
        SHAPES.put("h.0.attn.c_proj.bias", new int[] {1});
        SHAPES.put("h.0.ln_2.weight", new int[] {1});
        SHAPES.put("h.0.ln_2.bias", new int[] {1});
        SHAPES.put("h.0.mlp.c_fc.weight", new int[] {1, 1});
        SHAPES.put("h.0.mlp.c_fc.bias", new int[] {1});
        SHAPES.put("h.0.mlp.c_proj.weight", new int[] {1, 1});
        SHAPES.put("h.0.mlp.c_proj.bias", new int[] {1});
        SHAPES.put("ln_f.weight", new int[] {1});
        SHAPES.put("ln_f.bias", new int[] {1});
    }

    private SmallestModel() {}

    /** A {@code model.safetensors}. */
    public static byte[] safetensors() {
        StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
        int end = 0;
        for (Map.Entry<String, int[]> tensor : SHAPES.entrySet()) {
            int begin = end;
            end += elements(tensor.getValue()) * Float.BYTES;
            header.append(String.format(
                    ",\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
                    tensor.getKey(), Arrays.toString(tensor.getValue()), begin, end));
        }
        byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + end).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json);
        for (int[] shape : SHAPES.values()) {
            file.put(values(shape));
        }
        return file.array();
    }

    /** A {@code pytorch_model.bin} as PyTorch writes it since 1.6. */
    public static byte[] zip() {
        StoredZip zip = new StoredZip().entry("m/data.pkl", pickle());
        zip.entry("m/byteorder", "little".getBytes(StandardCharsets.UTF_8));
        int key = 0;
        for (int[] shape : SHAPES.values()) {
            zip.entry("m/data/" + key++, values(shape));
        }
        return zip.entry("m/version", new byte[] {'3', '\n'}).bytes();
    }

    /** A {@code pytorch_model.bin} as it was up to 1.5. */
    public static byte[] legacy() {
        Pickle file = new Pickle()
                .raw(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)
                .ops(".")
                .raw(0x80, 2, 'M', 0xe9, 3)
                .ops(".")
                .raw(0x80, 2)
                .ops("}(")
                .text("protocol_version")
                .raw('M', 0xe9, 3)
                .text("little_endian")
                .raw(0x88)
                .ops("u.");
        file.bytes(pickle()).raw(0x80, 2).ops("](");
        for (int key = 0; key < SHAPES.size(); key++) {
            file.text(Integer.toString(key));
        }
        file.ops("e.");
        for (int[] shape : SHAPES.values()) {
            file.int32(elements(shape)).int32(0).bytes(values(shape));
        }
        return file.bytes();
    }

    /** The state dictionary with the attributes that {@code torch.save} adds, names memorised as Python does. */
    public static byte[] pickle() {
        Pickle pickle = Pickle.protocol2().global("collections", "OrderedDict").ops("q\0)Rq\1(");
        int key = 0;
        for (Map.Entry<String, int[]> tensor : SHAPES.entrySet()) {
            int[] shape = tensor.getValue();
            pickle.text(tensor.getKey());
            if (key == 0) {
                pickle.global("torch._utils", "_rebuild_tensor_v2").ops("q\2");
            } else {
                pickle.ops("h\2");
            }
            pickle.ops("(")
                    .storage("FloatStorage", Integer.toString(key++), elements(shape))
                    .ops("K\0");
            if (shape.length == 1) {
                pickle.raw('K', shape[0], 0x85, 'K', 1, 0x85);
            } else {
                pickle.raw('K', shape[0], 'K', shape[1], 0x86, 'K', shape[1], 'K', 1, 0x86);
            }
            pickle.raw(0x89).ops("h\0)RtR");
        }
        return pickle.ops("u}").text("_metadata").ops("h\0)Rsb").stop();
    }

    private static byte[] values(int[] shape) {
        ByteBuffer values = ByteBuffer.allocate(elements(shape) * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements(shape); i++) {
            values.putFloat(shape.length + i / 7f);
        }
        return values.array();
    }

    private static int elements(int[] shape) {
        int product = 1;
        for (int size : shape) {
            product *= size;
        }
        return product;
    }
}
