package io.tallyman.sign;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What OSS takes. Everything here runs once per URL, so nothing is allocated unless something is refused. */
final class Rules {
    private static final int KEY_LIMIT_BYTES = 1023;
    private static final long LONGEST_SECONDS = SignRequest.LONGEST.toSeconds();
    private static final long LAST_SECOND = 253_402_300_799L;
    /** What a header's name is made of (RFC 9110, 5.6.2). */
    private static final boolean[] TOKEN = new boolean[0x80];

    static {
        for (char c = 0; c < 0x80; c++) {
            TOKEN[c] = Character.isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
        }
    }

    private Rules() {}

    static void checkKey(String key) {
        if (key.isEmpty()) {
            throw refused("the key is empty: name the object");
        }
        if (key.charAt(0) == '/' || key.charAt(0) == '\\') {
            throw refused("key " + quoted(key) + " starts with " + key.charAt(0)
                    + ": OSS has no such keys; keys are taken as they are, so leave it out");
        }
        int bytes = utf8Length(key);
        if (bytes < 0) {
            throw notUnicode("key " + quoted(key));
        }
        if (bytes > KEY_LIMIT_BYTES) {
            throw refused(
                    "key " + quoted(key) + " has " + bytes + " bytes in UTF-8: OSS takes at most " + KEY_LIMIT_BYTES);
        }
    }

    static @Nullable String oneVersionId(@Nullable String versionId, @Nullable String param) {
        if (versionId != null && param != null && !param.equals(versionId)) {
            throw refused("two version ids are given, " + quoted(versionId) + " and the parameter versionId="
                    + quoted(param) + ": keep one");
        }
        return param != null ? param : versionId;
    }

    static void checkVersionId(@Nullable String versionId) {
        if (versionId != null && (versionId.isEmpty() || utf8Length(versionId) < 0)) {
            throw refused("the version id is empty or not valid Unicode: leave it out to open the current version");
        }
    }

    static void checkExpires(Duration expires) {
        long seconds = expires.toSeconds();
        boolean whole = expires.equals(Duration.ofSeconds(seconds));
        if (seconds < 1 || seconds > LONGEST_SECONDS || !whole) {
            throw refused("an expiry of " + seconds + (whole ? " s" : " s and a fraction")
                    + " cannot be signed: give whole seconds, from 1 s to 7 days (" + LONGEST_SECONDS + " s)");
        }
    }

    /** The whole second to sign as of, in a year that has four digits. */
    static long checkedSecond(Instant at) {
        long second = at.getEpochSecond();
        if (second < 0 || second > LAST_SECOND) {
            throw refused("a URL cannot be signed as of a time before 1970 or after 9999: check the clock or --at");
        }
        return second;
    }

    static void checkHeaders(Map<String, String> headers) {
        if (headers.isEmpty()) {
            return;
        }
        headers.forEach((name, value) -> {
            checkHeaderName(name);
            if (name.equalsIgnoreCase("versionId") || name.equalsIgnoreCase("x-oss-version-id")) {
                throw refused(
                        "header " + name
                                + " does not choose a version, OSS ignores it: use the version id (--version-id, version_id) instead");
            }
            checkHeaderValue(name, value);
        });
        if (headers.size() > 1) {
            checkNamedOnce(headers.keySet());
        }
    }

    private static void checkHeaderValue(String name, String value) {
        boolean blank = true;
        boolean ascii = true;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || (c >= 0x7f && c <= 0x9f)) {
                throw refused("the value of header " + name
                        + " holds a line break or another control character at position " + (i + 1)
                        + ": a header is one line of text");
            }
            blank &= c <= ' ';
            ascii &= c < 0x7f;
        }
        if (blank) {
            throw refused("header " + name + " has no value: leave it out");
        }
        if (!ascii && utf8Length(value) < 0) {
            throw notUnicode("the value of header " + name);
        }
    }

    static void checkAdditionalHeaders(Set<String> names) {
        for (String name : names) {
            if (name.isEmpty()) {
                throw refused(
                        "an additional header has an empty name: OSS refuses an empty list of them; leave it out");
            }
            checkHeaderName(name);
        }
    }

    static void checkParams(Map<String, String> params) {
        if (params.isEmpty()) {
            return;
        }
        params.forEach((name, value) -> {
            if (name.isEmpty()) {
                throw refused("a parameter has an empty name: write NAME=VALUE");
            }
            if (utf8Length(name) < 0 || utf8Length(value) < 0) {
                throw notUnicode("parameter " + quoted(name));
            }
            if (isReserved(name)) {
                throw refused("parameter " + quoted(name) + " is written by the signature itself: leave it out");
            }
        });
    }

    /** Names that V4 or V1 put into the URL themselves. */
    private static boolean isReserved(String name) {
        return switch (name) {
            case "x-oss-date",
                    "x-oss-expires",
                    "x-oss-credential",
                    "x-oss-security-token",
                    "x-oss-additional-headers",
                    "security-token",
                    "OSSAccessKeyId",
                    "Expires",
                    "Signature" -> true;
            default -> name.startsWith("x-oss-signature");
        };
    }

    private static void checkHeaderName(String name) {
        boolean token = !name.isEmpty();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            token &= c < 0x80 && TOKEN[c];
        }
        if (!token) {
            throw refused("header name " + quoted(name) + " is not one: letters, digits and hyphens (RFC 9110, 5.6.2)");
        }
    }

    private static void checkNamedOnce(Set<String> names) {
        for (String one : names) {
            for (String other : names) {
                if (!one.equals(other) && one.equalsIgnoreCase(other)) {
                    throw refused("header " + one + " is given twice: upper and lower case are the same header");
                }
            }
        }
    }

    private static SigningRefusedException notUnicode(String what) {
        return refused(what + " is not valid Unicode: half of a surrogate pair cannot be written in UTF-8");
    }

    /** The length in UTF-8, or -1 where the text holds half a surrogate pair. */
    static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                return -1;
            }
        }
        return bytes;
    }

    /** For messages: one line, and not all of a long text. */
    private static String quoted(String text) {
        String start = text.length() > 60 ? text.substring(0, 57) + "..." : text;
        return "'" + start.replaceAll("[\\p{Cntrl}\\p{Cs}\\u2028\\u2029]", "?") + "'";
    }

    private static SigningRefusedException refused(String message) {
        return new SigningRefusedException(message);
    }
}
