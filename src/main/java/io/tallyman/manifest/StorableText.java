package io.tallyman.manifest;

/** What a text column of Postgres can hold: everything but NUL and halves of surrogate pairs. */
public final class StorableText {
    private static final int REPLACEMENT = 0xfffd;

    private StorableText() {}

    static boolean isNotStorable(String text) {
        return text.codePoints().anyMatch(StorableText::isNotStorable);
    }

    /** The text with U+FFFD for what cannot be held, cut after that many characters. For messages, not for names. */
    public static String of(String text, int longest) {
        StringBuilder storable = new StringBuilder();
        text.codePoints()
                .limit(longest)
                .forEach(point -> storable.appendCodePoint(isNotStorable(point) ? REPLACEMENT : point));
        return storable.toString();
    }

    private static boolean isNotStorable(int point) {
        return point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }
}
