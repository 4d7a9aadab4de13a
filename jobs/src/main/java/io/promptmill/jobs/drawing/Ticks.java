package io.promptmill.jobs.drawing;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The round numbers of an axis: multiples of 1, 2 or 5 times a power of ten, the first at or below the least value, the
 * last at or above the greatest. Immutable.
 *
 * @param values in rising order, two at least
 */
record Ticks(List<BigDecimal> values) {
    /** Axes whose largest number is outside of these are written with exponents. */
    private static final double SMALL = 1e-3;

    private static final double LARGE = 1e7;

    /** For what division leaves of numbers that are multiples. */
    private static final double ROUNDING = 1e-9;

    Ticks {
        values = List.copyOf(values);
    }

    /** Ticks around finite values, with at most so many steps between them, or one more at each end. */
    static Ticks around(double least, double greatest, int steps) {
        if (least == greatest) { // an axis has a length
            double room = least == 0 ? 1 : Math.abs(least) / 2;
            return around(least - room, greatest + room, steps);
        }
        BigDecimal step = step((greatest - least) / steps);
        long first = (long) Math.floor(least / step.doubleValue() + ROUNDING);
        long last = (long) Math.ceil(greatest / step.doubleValue() - ROUNDING);
        return new Ticks(LongStream.rangeClosed(first, Math.max(last, first + 1))
                .mapToObj(number -> step.multiply(BigDecimal.valueOf(number)))
                .toList());
    }

    double first() {
        return values.get(0).doubleValue();
    }

    double last() {
        return values.get(values.size() - 1).doubleValue();
    }

    /** A tick as it is written, as short as it can be: {@code 0.5}, {@code 20,000}, {@code 1.5e-4}. */
    String label(BigDecimal tick) {
        BigDecimal number = tick.stripTrailingZeros();
        double largest = Math.max(Math.abs(first()), Math.abs(last()));
        if (number.signum() == 0) {
            return "0";
        }
        if (largest >= SMALL && largest < LARGE) {
            return String.format(Locale.ROOT, "%,." + Math.max(number.scale(), 0) + "f", number);
        }
        int exponent = number.precision() - number.scale() - 1;
        return number.movePointLeft(exponent).toPlainString() + "e" + exponent;
    }

    /** The least of 1, 2, 5 and 10 times a power of ten that is not below a value. */
    private static BigDecimal step(double value) {
        BigDecimal power = BigDecimal.ONE.scaleByPowerOfTen((int) Math.floor(Math.log10(value)));
        return Stream.of(1, 2, 5)
                .map(factor -> power.multiply(BigDecimal.valueOf(factor)))
                .filter(step -> step.doubleValue() >= value * (1 - ROUNDING))
                .findFirst()
                .orElse(power.multiply(BigDecimal.TEN));
    }
}
