package io.promptmill;

import java.util.regex.Pattern;

/** Passwords and keys that somebody has put into a URI, which no message is to show. Stateless. */
public final class UriKeys {
    private static final String HIDDEN = "***";

    /** What S3 takes for a key may have slashes in it; in front of it there is nothing else with a colon. */
    private static final Pattern OF_S3 = Pattern.compile("(?i)(\\bs3[an]?://)[^\\s/:@]+:[^\\s@]+@");

    private static final Pattern BEFORE_HOST = Pattern.compile("(://)[^\\s/:@]*:[^\\s/@]+@");

    private static final Pattern IN_QUERY = Pattern.compile(
            "(?i)([?&][\\w.-]*(?:sig|signature|token|secret|password|credential|accesskeyid)=)[^\\s&]+");

    private UriKeys() {}

    /** Whether a URI in the text holds any. */
    public static boolean isIn(String text) {
        return !hide(text).equals(text);
    }

    /** The text with asterisks in their place. */
    public static String hide(String text) {
        String withoutS3 = OF_S3.matcher(text).replaceAll("$1" + HIDDEN + "@");
        String withoutUsers = BEFORE_HOST.matcher(withoutS3).replaceAll("$1" + HIDDEN + "@");
        return IN_QUERY.matcher(withoutUsers).replaceAll("$1" + HIDDEN);
    }
}
