package io.promptmill.spark.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.compile.LoadedWeights;
import io.promptmill.compile.Precision;
import io.promptmill.family.ModelShape;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SlotMemoryTest {
    private static final ModelShape GPT2 = new ModelShape(
            12, 768, new ModelShape.Attention(12, 12, 64), new ModelShape.Mlp(3072, 2), 50257, 1024, 50256);

    @Test
    void theFormulaOfYarnIsTheOverheadWithoutWeightsSharedByTheTasks() {
        SlotMemory memory = SlotMemory.of(
                yarn().set("spark.executor.memoryOverhead", "3g").set("spark.executor.cores", "4"),
                GPT2,
                weights(Precision.FP32),
                100);

        assertThat(memory.overheadBytes()).isEqualTo(3L << 30);
        assertThat(memory.tasks()).isEqualTo(4);
        // 85 million parameters in the layers, 38.6 million embeddings packed as the head and once more as they are
        assertThat(memory.weightBytes()).isEqualTo(84_934_656L * 4 + 38_597_376L * 8);
        // 100 tokens of 73,728 bytes of keys and values and an id, four rows of logits
        assertThat(memory.slotBytes()).isEqualTo(100 * (73_728L + 8) + 4 * 50_257L * 4);
        assertThat(memory.slots()).isEqualTo(64);
        assertThat(new SlotMemory(2L << 30, 4, memory.weightBytes(), memory.slotBytes()).slots())
                .isEqualTo((int) (((2L << 30) - memory.weightBytes() - (300L << 20)) / 4 / memory.slotBytes()))
                .isEqualTo(36);
    }

    @Test
    void lowerPrecisionLeavesRoomForMoreSlots() {
        SparkConf conf = yarn().set("spark.executor.memoryOverhead", "1g");

        assertThat(SlotMemory.of(conf, GPT2, weights(Precision.FP32), 1024).slots())
                .isEqualTo(1);
        assertThat(SlotMemory.of(conf, GPT2, weights(Precision.BF16), 1024).slots())
                .isEqualTo(4);
        assertThat(SlotMemory.of(conf, GPT2, weights(Precision.INT8), 1024).slots())
                .isEqualTo(7);
    }

    @Test
    void aSlotIsNeverLongerThanTheModel() {
        assertThat(SlotMemory.of(yarn(), GPT2, weights(Precision.FP32), 5000))
                .isEqualTo(SlotMemory.of(yarn(), GPT2, weights(Precision.FP32), 1024));
    }

    @Test
    void whereNothingIsSetSparksOwnOverheadHoldsAndOneSlotIsLeft() {
        assertThat(SlotMemory.of(yarn(), GPT2, weights(Precision.FP32), 100).overheadBytes())
                .isEqualTo(384L << 20);
        assertThat(SlotMemory.of(yarn().set("spark.executor.memory", "8g"), GPT2, weights(Precision.FP32), 100)
                        .overheadBytes())
                .isEqualTo((long) (0.1 * (8L << 30)));
        assertThat(SlotMemory.of(yarn(), GPT2, weights(Precision.FP32), 100).slots())
                .isEqualTo(1);
    }

    @Test
    void standaloneWorkersCountTheHeapOnly() {
        SparkConf conf = new SparkConf(false).set("spark.master", "spark://host:7077");

        assertThat(SlotMemory.of(conf, GPT2, weights(Precision.FP32), 1024).slots())
                .isEqualTo(64);
    }

    /** Of a checkpoint in float32. */
    private static long weights(Precision precision) {
        return LoadedWeights.bytes(GPT2, precision, precision == Precision.INT8 ? 1 : Float.BYTES);
    }

    private static SparkConf yarn() {
        return new SparkConf(false).set("spark.master", "yarn");
    }
}
