package io.promptmill.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.compile.LoadedWeights;
import io.promptmill.compile.Precision;
import io.promptmill.family.ModelShape;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.spark.executor.SlotMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in {@code conf/} that users copy. */
class ShippedConfTest {
    private static final Path CONF = Path.of("..", "conf");
    private static final long MIB = 1 << 20;
    private static final ModelShape GPT2 = new ModelShape(
            12, 768, new ModelShape.Attention(12, 12, 64), new ModelShape.Mlp(3072, 2), 50257, 1024, 50256);

    @ParameterizedTest
    @MethodSource("files")
    void everyKeyHasACommentAboveIt(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(0)).startsWith("# ");
        long keys = 0;
        for (int i = 1; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.isBlank() && !line.startsWith("#")) {
                keys++;
                assertThat(lines.get(i - 1)).as("the line above %s", line).startsWith("# ");
            }
        }
        assertThat(keys).isPositive();
    }

    @ParameterizedTest
    @MethodSource("sparkFiles")
    void everyKeyOfSparkBeginsWithSparkAndHasAValue(Path file) throws IOException {
        assertThat(Files.readAllLines(file))
                .filteredOn(line -> !line.isBlank() && !line.startsWith("#"))
                .allMatch(line -> line.matches("spark\\.[A-Za-z._]+ +\\S+"));
    }

    /** The formula in the comment is computed as it stands there, and compared with the one that gives the slots. */
    @ParameterizedTest
    @ValueSource(strings = {"spark-standalone.conf", "spark-yarn.conf", "spark-kubernetes.conf"})
    void theFormulaOfNativeMemoryIsTheOneThatSlotsAreComputedBy(String name) throws IOException {
        String file = Files.readString(CONF.resolve(name));
        SparkConf conf = new SparkConf(false);
        file.lines()
                .filter(line -> line.startsWith("spark."))
                .map(line -> line.split(" +"))
                .forEach(setting -> conf.set(setting[0], setting[1]));
        SlotMemory memory = SlotMemory.of(conf, GPT2, LoadedWeights.bytes(GPT2, Precision.FP32, Float.BYTES), 128);

        assertThat(memory.overheadFor(64)).isEqualTo((long) computed(file, "overhead"));
        assertThat(memory.weightBytes()).isEqualTo((long) computed(file, "weights"));
        assertThat(memory.slotBytes()).isEqualTo((long) computed(file, "slot"));
        assertThat(file)
                .contains(String.format(
                        Locale.ROOT,
                        "# GPT-2 124M, %d cores, 64 slots, 128 tokens: 300 + %d + %d x 64 x %.2f = %d MiB;",
                        memory.tasks(),
                        memory.weightBytes() / MIB,
                        memory.tasks(),
                        (double) memory.slotBytes() / MIB,
                        Math.round((double) memory.overheadFor(64) / MIB)));
        assertThat(memory.overheadBytes()).isGreaterThan(memory.overheadFor(64));
        assertThat(memory.slots()).isEqualTo(64);
    }

    /** What a line of the formula gives for GPT-2 124M, 4 cores, 64 slots of 128 tokens. */
    private static double computed(String file, String quantity) {
        String formula = file.lines()
                .filter(line -> line.startsWith("#   " + quantity + " = "))
                .map(line -> line.substring(line.indexOf('=') + 1))
                .findFirst()
                .orElseThrow();
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("300 MiB", 300 * MIB);
        numbers.put("cores x slots x slot", "4 x 64 x slot");
        numbers.put("layer weights", GPT2.linearWeights());
        numbers.put("embeddings", (long) GPT2.vocabulary() * GPT2.width());
        numbers.put("tokens", 128);
        numbers.put("layers", GPT2.layers());
        numbers.put(
                "key/value width",
                GPT2.attention().keyValueHeads() * GPT2.attention().headWidth());
        numbers.put("vocabulary", GPT2.vocabulary());
        for (String part : List.of("weights", "slot")) {
            if (!part.equals(quantity) && quantity.equals("overhead")) {
                numbers.put(part, computed(file, part));
            }
        }
        numbers.put(" x ", " * ");
        for (Map.Entry<String, Object> number : numbers.entrySet()) {
            formula = formula.replace(number.getKey(), number.getValue().toString());
        }
        return TestSpark.session()
                .sql("select cast(" + formula + " as double)")
                .head()
                .getDouble(0);
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(CONF)) {
            return files.filter(file -> file.toString().matches(".*\\.(conf|properties)"))
                    .sorted()
                    .toList();
        }
    }

    static List<Path> sparkFiles() throws IOException {
        return files().stream()
                .filter(file -> file.toString().endsWith(".conf"))
                .toList();
    }
}
