package io.promptmill.jobs.prepare;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What becomes of a post's text. The steps and their order are those of huggingtweets, which made the models with whose card
 * this began: github.com/borisdayma/huggingtweets. Stateless.
 */
final class PostText {
    /** What Python's {@code str.split} and {@code \s} take for white space, which is more than Java's. */
    private static final String SPACES =
            "\\x09-\\x0D\\x1C-\\x20\\x85\\xA0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000";

    private static final Pattern WHITE_SPACE = Pattern.compile("[" + SPACES + "]+");
    private static final Pattern LINK = Pattern.compile("http:[^" + SPACES + "]+");
    private static final Pattern SECURE_LINK = Pattern.compile("https:[^" + SPACES + "]+");
    private static final Pattern PUNCTUATION = Pattern.compile("\\p{P}+");

    /** How the text of a retweet begins where nothing else tells it. */
    private static final Pattern RETWEET = Pattern.compile("[" + SPACES + "]*RT @\\w+:.*", Pattern.DOTALL);

    private PostText() {}

    /** The text after those of the steps that change it. */
    static String cleaned(String text, Set<Step> steps) {
        String cleaned = text;
        if (steps.contains(Step.UNESCAPE)) {
            cleaned = cleaned.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
        }
        if (steps.contains(Step.DROP_LINKS)) {
            cleaned = LINK.matcher(cleaned).replaceAll("");
            cleaned = SECURE_LINK.matcher(cleaned).replaceAll("");
        }
        return steps.contains(Step.COLLAPSE_WHITE_SPACE) ? collapsed(cleaned) : cleaned;
    }

    /** The number of words that are neither link nor mention nor hashtag, nor hold one. */
    static int words(String text) {
        int words = 0;
        for (String word : WHITE_SPACE.split(text, -1)) {
            String lower = word.toLowerCase(Locale.ROOT);
            boolean counts =
                    !lower.isEmpty() && !lower.contains("http") && lower.indexOf('@') < 0 && lower.indexOf('#') < 0;
            words += counts ? 1 : 0;
        }
        return words;
    }

    /** What duplicates have in common; the text itself where it is punctuation alone. */
    static String comparable(String text) {
        String comparable =
                collapsed(PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(""));
        return comparable.isEmpty() ? text : comparable;
    }

    /** Whether the text begins as that of a retweet does. */
    static boolean beginsAsRetweet(String text) {
        return RETWEET.matcher(text).matches();
    }

    /** Its length as Python counts it. */
    static int characters(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String collapsed(String text) {
        String collapsed = WHITE_SPACE.matcher(text).replaceAll(" ");
        int from = collapsed.startsWith(" ") ? 1 : 0;
        int to = collapsed.endsWith(" ") && collapsed.length() > from ? collapsed.length() - 1 : collapsed.length();
        return collapsed.substring(from, to);
    }
}
