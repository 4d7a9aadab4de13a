package io.promptmill.jobs.report;

import io.promptmill.jobs.drawing.Histogram.Bar;
import io.promptmill.spark.rows.TokenLengths;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Lengths as bars of one width: that of the widest bucket, into which all others fit. Stateless. */
final class LengthBars {
    private LengthBars() {}

    static List<Bar> of(TokenLengths lengths) {
        long width = TokenLengths.width(lengths.longest());
        NavigableMap<Long, Long> counts = new TreeMap<>();
        for (int bucket = 0; bucket < lengths.buckets().size(); bucket++) {
            long texts = lengths.buckets().get(bucket);
            if (texts > 0) {
                counts.merge(TokenLengths.least(bucket) / width, texts, Long::sum);
            }
        }
        List<Bar> bars = new ArrayList<>();
        if (!counts.isEmpty()) {
            for (long number = counts.firstKey(); number <= counts.lastKey(); number++) {
                bars.add(new Bar(number * width, width, counts.getOrDefault(number, 0L)));
            }
        }
        return bars;
    }
}
