package io.promptmill;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.regex.Pattern;

/**
 * The generation settings by their Hugging Face names, each with its type and range: the one table that command line,
 * conf file, checkpoint files and a row's {@code sampling_params} are read by.
 */
public enum GenerationOption {
    MAX_NEW_TOKENS("max_new_tokens", "N", "New tokens at most."),
    MAX_LENGTH("max_length", "N", "Tokens of the prompt and new ones at most; the same setting in another form."),
    MIN_NEW_TOKENS("min_new_tokens", "N", "No end token before this many new tokens."),
    MIN_LENGTH("min_length", "N", "No end token before the prompt and new tokens are this many."),
    DO_SAMPLE("do_sample", "true|false", "Draw tokens at random instead of taking the likeliest."),
    TEMPERATURE("temperature", "X", "Logits are divided by it; 0 is greedy search."),
    TOP_K("top_k", "N", "Draw from the k likeliest tokens; 0 or -1 is off."),
    TOP_P("top_p", "X", "Draw from the likeliest tokens with this mass; 1 is off."),
    MIN_P("min_p", "X", "Drop tokens below this share of the likeliest one's probability; 0 is off."),
    TYPICAL_P("typical_p", "X", "Draw from the most typical tokens with this mass; 1 is off."),
    REPETITION_PENALTY("repetition_penalty", "X", "Makes tokens seen before less likely; 1 is off."),
    NO_REPEAT_NGRAM_SIZE("no_repeat_ngram_size", "N", "No n-gram of this size occurs twice; 0 is off."),
    BAD_WORDS_IDS("bad_words_ids", "[[5],[7,9]]", "Token sequences that are never generated."),
    EOS_TOKEN_ID("eos_token_id", "ID", "Token that ends a sequence; may be given several times; -1 is none."),
    NUM_BEAMS("num_beams", "N", "Beams of beam search; 1 is no beam search."),
    LENGTH_PENALTY("length_penalty", "X", "Exponent of the length by which a beam's score is divided."),
    EARLY_STOPPING("early_stopping", "true|false|never", "When beam search stops."),
    NUM_RETURN_SEQUENCES("num_return_sequences", "N", "Sequences per prompt."),
    STOP("stop", "TEXT", "Text that ends a sequence; may be given several times."),
    PREFIX("prefix", "TEXT", "Text before every prompt.");

    /** All beams of a prompt are in flight together; more would take a task's memory at once. */
    private static final int MAX_BEAMS = 256;

    /** All sequences of a prompt wait in memory for the last of them. */
    private static final int MAX_RETURN_SEQUENCES = 10_000;

    private static final Pattern BETWEEN_LISTS = Pattern.compile("]\\s*,\\s*\\[");

    private static final int MAX_INTEGER_CHARS = 40;
    private static final int MAX_SHOWN_CHARS = 200;

    /** Logits that are divided by less are infinite in float32. */
    private static final double SMALLEST_SCALE = 1e-30;

    private final String key;
    private final String label;
    private final String help;

    GenerationOption(String key, String label, String help) {
        this.key = key;
        this.label = label;
        this.help = help;
    }

    /** The setting's Hugging Face name, e.g. {@code max_new_tokens}. */
    public String key() {
        return key;
    }

    /** What stands for a value in a help: {@code N}, {@code true|false}. */
    public String label() {
        return label;
    }

    /** What it does, in one sentence. */
    public String help() {
        return help;
    }

    /** The setting of that Hugging Face name; {@code stop_strings} is another name of {@code stop}. */
    public static Optional<GenerationOption> ofKey(String key) {
        for (GenerationOption option : values()) {
            if (option.key.equals(key)) {
                return Optional.of(option);
            }
        }
        return key.equals("stop_strings") ? Optional.of(STOP) : Optional.empty();
    }

    /** The option that is this one in another form: a limit counts new tokens, or the prompt's too. */
    Optional<GenerationOption> otherForm() {
        return switch (this) {
            case MAX_NEW_TOKENS -> Optional.of(MAX_LENGTH);
            case MAX_LENGTH -> Optional.of(MAX_NEW_TOKENS);
            case MIN_NEW_TOKENS -> Optional.of(MIN_LENGTH);
            case MIN_LENGTH -> Optional.of(MIN_NEW_TOKENS);
            default -> Optional.empty();
        };
    }

    /**
     * The value in this option's own type.
     *
     * @param value as JSON libraries give it (number, text, boolean, list), or its text form
     * @throws IllegalArgumentException naming the option, its range and the value
     */
    Object read(Object value) {
        try {
            require(value != null, "given", value);
            return switch (this) {
                case MAX_NEW_TOKENS, MAX_LENGTH -> count(value, 1);
                case NUM_BEAMS -> countUpTo(MAX_BEAMS, value);
                case NUM_RETURN_SEQUENCES -> countUpTo(MAX_RETURN_SEQUENCES, value);
                case MIN_NEW_TOKENS, MIN_LENGTH, TOP_K, NO_REPEAT_NGRAM_SIZE -> countOrOff(value);
                case TEMPERATURE -> Math.abs(
                        number(value, "that is 0 or at least 1e-30", x -> x == 0 || x >= SMALLEST_SCALE)); // no -0
                case REPETITION_PENALTY -> number(
                        value, "from 1e-30 to 1e30", x -> x >= SMALLEST_SCALE && x <= 1 / SMALLEST_SCALE);
                case TOP_P, MIN_P -> number(value, "between 0 and 1", x -> x >= 0 && x <= 1);
                case TYPICAL_P -> number(value, "greater than 0 and at most 1", x -> x > 0 && x <= 1);
                case LENGTH_PENALTY -> number(value, "that is finite", x -> true);
                case DO_SAMPLE -> flag(value);
                case EARLY_STOPPING -> earlyStopping(value);
                case EOS_TOKEN_ID -> endTokens(value);
                case BAD_WORDS_IDS -> tokenSequences(value);
                case STOP -> texts(value);
                case PREFIX -> wellFormed(requireText(value, "a text"));
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + " must be " + e.getMessage() + " but was " + shown(value), e);
        }
    }

    /** One line of bounded length: values come from strangers' files and rows. Texts of prompts are never shown. */
    private String shown(Object value) {
        if (this == STOP || this == PREFIX) {
            return value instanceof String text ? "a text of " + text.length() + " characters" : "not";
        }
        String text = String.valueOf(value);
        String cut = text.length() > MAX_SHOWN_CHARS ? text.substring(0, MAX_SHOWN_CHARS) + "..." : text;
        return cut.replaceAll("\\p{Cc}", "?");
    }

    private static int count(Object value, int least) {
        String range = "a whole number of at least " + least;
        int count = integer(value, range);
        return require(count >= least, range, count);
    }

    /** -1 is another name of 0, as in vLLM and others. */
    private static int countOrOff(Object value) {
        String range = "a whole number of at least 0, or -1 for none";
        int count = integer(value, range);
        return require(count >= -1, range, Math.max(0, count));
    }

    private static int countUpTo(int most, Object value) {
        String range = "a whole number from 1 to " + most;
        int count = integer(value, range);
        return require(count >= 1 && count <= most, range, count);
    }

    private static double number(Object value, String bounds, DoublePredicate allowed) {
        String range = "a number " + bounds;
        double number;
        try {
            number = value instanceof Number n ? n.doubleValue() : Double.parseDouble(requireText(value, range));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(range, e);
        }
        return require(Double.isFinite(number) && allowed.test(number), range, number);
    }

    private static boolean flag(Object value) {
        if (value instanceof Boolean) {
            return (Boolean) value;
        }
        String text = requireText(value, "true or false").toLowerCase(Locale.ROOT);
        return require(text.equals("true") || text.equals("false"), "true or false", text.equals("true"));
    }

    private static EarlyStopping earlyStopping(Object value) {
        for (EarlyStopping choice : EarlyStopping.values()) {
            if (choice.toString().equals(String.valueOf(value).toLowerCase(Locale.ROOT))) {
                return choice;
            }
        }
        throw new IllegalArgumentException("true, false or never");
    }

    /** Ids the model does not have are kept: it never generates them. -1 is what others write for none. */
    private static List<Integer> endTokens(Object value) {
        String range = "one token id or a list of them, or -1 for none";
        List<?> given;
        if (value instanceof String text) {
            String inner = withoutBrackets(text);
            given = inner == null ? List.of(text.split(",", -1)) : items(inner);
        } else {
            given = value instanceof List<?> list ? list : List.of(value);
        }
        return given.stream().map(item -> integer(item, range)).toList();
    }

    private static List<TokenIds> tokenSequences(Object value) {
        String range = "a list of non-empty lists of token ids such as [[5],[7,9]]";
        List<TokenIds> sequences = new ArrayList<>();
        for (List<?> items : value instanceof String text ? sequencesIn(text, range) : sequencesIn(value, range)) {
            require(!items.isEmpty(), range, items);
            sequences.add(TokenIds.of(idsAtLeastZero(items, range).stream()
                    .mapToInt(Integer::intValue)
                    .toArray()));
        }
        return List.copyOf(sequences);
    }

    private static List<List<?>> sequencesIn(Object value, String range) {
        require(value instanceof List, range, value);
        List<List<?>> sequences = new ArrayList<>();
        for (Object items : (List<?>) value) {
            require(items instanceof List, range, items);
            sequences.add((List<?>) items);
        }
        return sequences;
    }

    private static List<List<?>> sequencesIn(String text, String range) {
        String lists = withoutBrackets(text);
        require(lists != null, range, text);
        List<List<?>> sequences = new ArrayList<>();
        if (!lists.isEmpty()) {
            String first = withoutBrackets(lists);
            require(first != null, range, text);
            for (String items : BETWEEN_LISTS.split(first, -1)) {
                sequences.add(items(items));
            }
        }
        return sequences;
    }

    /** What stands between [ and ], or null where they are not there. */
    private static String withoutBrackets(String text) {
        String list = text.strip();
        boolean bracketed = list.length() >= 2 && list.startsWith("[") && list.endsWith("]");
        return bracketed ? list.substring(1, list.length() - 1).strip() : null;
    }

    private static List<String> items(String inner) {
        return inner.isEmpty() ? List.of() : List.of(inner.split(",", -1));
    }

    private static List<Integer> idsAtLeastZero(List<?> items, String range) {
        List<Integer> ids = new ArrayList<>();
        for (Object item : items) {
            int id = integer(item, range);
            ids.add(require(id >= 0, range, id));
        }
        return List.copyOf(ids);
    }

    private static List<String> texts(Object value) {
        String range = "a non-empty text or a list of them";
        List<String> texts = new ArrayList<>();
        for (Object item : value instanceof List<?> list ? list : List.of(value)) {
            texts.add(wellFormed(requireText(item, range)));
        }
        return require(texts.stream().noneMatch(String::isEmpty), range, List.copyOf(texts));
    }

    private static int integer(Object value, String range) {
        String text = value.toString().strip();
        // A number of millions of digits takes minutes to read.
        require(text.length() <= MAX_INTEGER_CHARS, range, text);
        try {
            // BigDecimal takes 5, 5L, 5.0 and "5" alike and refuses 5.5 and 2^40.
            return new BigDecimal(text).intValueExact();
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException(range, e);
        }
    }

    private static String requireText(Object value, String range) {
        require(value instanceof String, range, value);
        return (String) value;
    }

    /** A surrogate without its other half is no character: the tokenizer would put another one in its place. */
    private static String wellFormed(String text) {
        return require(Surrogates.firstLone(text) < 0, "text without lone surrogates (U+D800 to U+DFFF)", text);
    }

    private static <T> T require(boolean holds, String range, T value) {
        if (!holds) {
            throw new IllegalArgumentException(range);
        }
        return value;
    }
}
