package io.promptmill.spark.plugin;

import io.promptmill.OptionWord;
import io.promptmill.spark.executor.RequestedDevice;
import io.promptmill.spark.executor.RequestedPrecision;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;

/**
 * The model that executors load when they start, as the settings of Spark name it. Immutable.
 *
 * @param location as {@code --model} takes it
 * @param base that of an adapter's base; empty where none is named
 * @param device where it runs
 * @param precision the arithmetic it is compiled for
 */
public record ModelSetting(
        String location, Optional<String> base, RequestedDevice device, RequestedPrecision precision) {
    /** Names the model. */
    public static final String MODEL = "spark.promptmill.model";

    /** Names the base, where that is an adapter. */
    public static final String BASE_MODEL = "spark.promptmill.baseModel";

    static final String DEVICE = "spark.promptmill.device";
    static final String PRECISION = "spark.promptmill.precision";

    /** Whether the settings name one. */
    static boolean isIn(SparkConf conf) {
        return conf.contains(MODEL);
    }

    /**
     * The one that they name.
     *
     * @throws IllegalArgumentException when its device or precision is none
     */
    static ModelSetting of(SparkConf conf) {
        return new ModelSetting(
                conf.get(MODEL),
                conf.contains(BASE_MODEL) ? Optional.of(conf.get(BASE_MODEL)) : Optional.empty(),
                chosen(RequestedDevice.class, DEVICE, RequestedDevice.AUTO, conf),
                chosen(RequestedPrecision.class, PRECISION, RequestedPrecision.AUTO, conf));
    }

    private static <E extends Enum<E>> E chosen(Class<E> type, String key, E otherwise, SparkConf conf) {
        String word = conf.get(key, OptionWord.of(otherwise));
        List<String> words =
                Arrays.stream(type.getEnumConstants()).map(OptionWord::of).toList();
        return OptionWord.find(type, word.toLowerCase(Locale.ROOT))
                .orElseThrow(() ->
                        new IllegalArgumentException(key + " is " + word + ": set one of " + String.join(", ", words)));
    }
}
