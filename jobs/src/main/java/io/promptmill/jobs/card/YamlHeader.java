package io.promptmill.jobs.card;

import io.promptmill.jobs.markup.PlainLine;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/** The beginning of a card, which Hugging Face's hub reads, as YAML. Stateless. */
final class YamlHeader {
    private YamlHeader() {}

    /** The fields in their order, with the lines of dashes around them. */
    static String of(Map<String, Object> fields) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        return "---\n" + new Yaml(new QuotedTexts(options), options).dump(fields) + "---\n";
    }

    /** A text of somebody: always in quotes, so that no reader of any version takes it for a number or {@code no}. */
    record Text(String text) {
        Text {
            text = PlainLine.of(text);
        }
    }

    private static final class QuotedTexts extends Representer {
        QuotedTexts(DumperOptions options) {
            super(options);
            representers.put(
                    Text.class,
                    text -> representScalar(Tag.STR, ((Text) text).text(), DumperOptions.ScalarStyle.DOUBLE_QUOTED));
        }
    }
}
