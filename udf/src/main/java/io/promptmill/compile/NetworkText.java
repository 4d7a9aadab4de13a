package io.promptmill.compile;

import io.promptmill.family.ModelFamily;
import io.promptmill.generation.StepBatch;
import io.promptmill.generation.StepResult;
import io.promptmill.generation.StepSetting;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The network as TorchScript text: the files that all families share and one of a family's own, and which attributes
 * their classes declare. Names in capitals stand in the files for numbers that are defined in Java. Immutable.
 */
final class NetworkText {
    /** What a network is for. */
    enum Purpose {
        GENERATION("__torch__.network.Network"),
        TRAINING("__torch__.training.Training");

        private final String module;

        Purpose(String module) {
            this.module = module;
        }

        private List<String> files() {
            return switch (this) {
                case GENERATION -> List.of(
                        "network/network",
                        "network/attention",
                        "network/linear",
                        "network/activation",
                        "network/choice",
                        "network/settings",
                        "network/cache");
                case TRAINING -> List.of(
                        "training/training", "network/attention", "training/linear", "network/activation");
            };
        }
    }

    /** Element types by their codes in PyTorch's {@code c10/core/ScalarType.h}; archived text has no names for them. */
    static final int FLOAT32 = 6;

    static final int BFLOAT16 = 15;

    private static final String FAMILY = "family";

    private static final Pattern NAME = Pattern.compile("\\b[A-Z][A-Z0-9_]+\\b");
    private static final Pattern CLASS = Pattern.compile("class (\\w+)(\\(Module\\))?:");
    private static final Pattern ATTRIBUTE = Pattern.compile("  (\\w+) : (\\S.*)");

    private static final Map<String, Integer> NUMBERS = new LinkedHashMap<>();

    static {
        NUMBERS.put("FLOAT32", FLOAT32);
        NUMBERS.put("BFLOAT16", BFLOAT16);
        NUMBERS.put("FLOAT64", 7);
        NUMBERS.put("INT64", 4);
        NUMBERS.put("INT8", 1);
        NUMBERS.put("UINT8", 0);
        NUMBERS.put("BOOL", 11);
        NUMBERS.put("LEVELS", Int8Weight.LARGEST);
        // Tokens of the vocabulary that are looked at together; rows that oneDNN multiplies together.
        NUMBERS.put("BLOCK", 64);
        NUMBERS.put("TILE", 64);
        // Logits whose loss is computed together: a megabyte of them stays in a core's cache.
        NUMBERS.put("LOGITS", 1 << 18);
        // Numbers of two bytes in a cache line of 64.
        NUMBERS.put("ALIGNMENT", 32);
        NUMBERS.put("SEATS", StepBatch.SEATS);
        NUMBERS.put("ATTEMPTS", StepBatch.ATTEMPTS);
        NUMBERS.put("COLUMNS", StepResult.COLUMNS);
        NUMBERS.put("TOKEN", StepResult.TOKEN);
        StepSetting[] settings = StepSetting.values();
        for (int column = 0; column < settings.length; column++) {
            NUMBERS.put(settings[column].name(), column);
        }
    }

    private final Map<String, String> files = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> classes = new LinkedHashMap<>();
    private final Purpose purpose;

    private NetworkText(ModelFamily family, Purpose purpose) throws IOException {
        this.purpose = purpose;
        for (String file : purpose.files()) {
            add(file.substring(file.indexOf('/') + 1), NetworkText.class.getResource(file + ".py"));
        }
        add(FAMILY, family.layersText());
    }

    /** The text of a family's networks. */
    static NetworkText of(ModelFamily family, Purpose purpose) throws IOException {
        return new NetworkText(family, purpose);
    }

    private void add(String file, URL resource) throws IOException {
        String text;
        try (InputStream in = resource.openStream()) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        files.put(file, NAME.matcher(text).replaceAll(NetworkText::number));
        Map<String, String> attributes = Map.of();
        for (String line : text.lines().toList()) {
            Matcher declaration = CLASS.matcher(line);
            Matcher attribute = ATTRIBUTE.matcher(line);
            if (declaration.matches()) {
                attributes = new LinkedHashMap<>();
                classes.put("__torch__." + file + "." + declaration.group(1), attributes);
            } else if (attribute.matches()) {
                attributes.put(attribute.group(1), attribute.group(2));
            }
        }
    }

    private static String number(MatchResult name) {
        Integer number = NUMBERS.get(name.group());
        return number == null ? name.group() : number.toString();
    }

    /** What networks of this text are for. */
    Purpose purpose() {
        return purpose;
    }

    /** The class of the archive's module. */
    String module() {
        return purpose.module;
    }

    /** The texts by the names of their files. */
    Map<String, String> files() {
        return Collections.unmodifiableMap(files);
    }

    /**
     * The attributes that a class declares, with their types.
     *
     * @param className in full: {@code __torch__.linear.Linear}
     * @throws IllegalArgumentException when there is no such class
     */
    Map<String, String> attributes(String className) {
        Map<String, String> attributes = classes.get(className);
        if (attributes == null) {
            throw new IllegalArgumentException("The network's text has no class " + className);
        }
        return Collections.unmodifiableMap(attributes);
    }
}
