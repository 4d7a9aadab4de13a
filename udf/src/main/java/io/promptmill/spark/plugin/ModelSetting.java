package io.promptmill.spark.plugin;

import io.promptmill.OptionWord;
import io.promptmill.spark.executor.RequestedDevice;
import io.promptmill.spark.executor.RequestedPrecision;
import io.promptmill.spark.shipping.ModelKeys;
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
    /** Whether the settings name one. */
    static boolean isIn(SparkConf conf) {
        return conf.contains(ModelKeys.MODEL);
    }

    /**
     * The one that they name.
     *
     * @throws IllegalArgumentException when its device or precision is none
     */
    static ModelSetting of(SparkConf conf) {
        return new ModelSetting(
                conf.get(ModelKeys.MODEL),
                conf.contains(ModelKeys.BASE_MODEL) ? Optional.of(conf.get(ModelKeys.BASE_MODEL)) : Optional.empty(),
                chosen(RequestedDevice.class, ModelKeys.DEVICE, RequestedDevice.AUTO, conf),
                chosen(RequestedPrecision.class, ModelKeys.PRECISION, RequestedPrecision.AUTO, conf));
    }

    private static <E extends Enum<E>> E chosen(Class<E> type, String key, E otherwise, SparkConf conf) {
        String word = conf.get(key, OptionWord.of(otherwise));
        return OptionWord.find(type, word.toLowerCase(Locale.ROOT))
                .orElseThrow(() ->
                        new IllegalArgumentException(key + " is " + word + ": set one of " + OptionWord.words(type)));
    }
}
