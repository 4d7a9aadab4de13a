package io.promptmill.jobs.bench;

import io.promptmill.compile.Precision;
import io.promptmill.jobs.store.Json;
import io.promptmill.model.PrecisionLoss;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What {@code bench --held-out} tells: the price of a precision on one text. */
record LossReport(String text, Precision precision, PrecisionLoss loss) {
    String shown(BenchRequest.Format format) {
        return switch (format) {
            case JSON -> json() + System.lineSeparator();
            case TABLE -> String.format(
                    Locale.ROOT,
                    "%s against fp32 on %,d tokens of %s: mean KL divergence %.6f nats, the same likeliest token at %.2f %%%n",
                    precision,
                    loss.tokens(),
                    text,
                    loss.meanKlNats(),
                    100 * loss.top1Agreement());
        };
    }

    private String json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("held_out", text);
        fields.put("precision", precision.toString());
        fields.put("held_out_tokens", loss.tokens());
        fields.put("kl_nats", loss.meanKlNats());
        fields.put("top1_agreement", loss.top1Agreement());
        return Json.write(fields);
    }
}
