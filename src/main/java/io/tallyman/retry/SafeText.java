package io.tallyman.retry;

import java.util.regex.Pattern;

/** Text of others made fit for a one-line message: no control characters, no secrets, not too long. */
final class SafeText {
    /** A second net: servers and libraries may quote the URL they were given. */
    private static final Pattern SECRET = Pattern.compile(
            "(?i)(x-(?:oss|amz)-(?:signature|security-token|credential)|security-token|signature|ossaccesskeyid)"
                    + "(\\s*[=:]\\s*)[^&\\s\"'<>]+");

    private SafeText() {}

    /** One stripped line of at most that many characters. */
    static String line(String text, int maxChars) {
        String cut = text.length() > maxChars ? text.substring(0, maxChars) + "…" : text;
        String oneLine = cut.replaceAll("\\p{Cntrl}+", " ").strip();
        return SECRET.matcher(oneLine).replaceAll("$1$2<redacted>");
    }
}
