package io.tallyman.transfer;

import java.text.Normalizer;
import java.util.Locale;

/**
 * Whether two paths may differ in nothing but what some common file system overlooks, and the form in which two such paths are equal.
 *
 * <p>Always one file are paths whose names are canonically equivalent (Unicode normal forms; APFS, HFS+, ZFS by setting). Twins of the
 * other kind differ in case (NTFS, APFS, HFS+, SMB, ext4 with casefold), in characters that show nothing (HFS+, ext4 with casefold), or in
 * dots and blanks at the end of a name (Windows).
 */
public enum CaseTwins {
    /** No two paths may, so that the files can be taken to any common file system. */
    REFUSE,
    /** They may: the destination tells all of them apart, as ext4 and XFS do. */
    ALLOW;

    /**
     * Stands for the slash in folded paths. It sorts before everything a path may hold, so that what lies in a folder follows it at once.
     */
    public static final char SEPARATOR = '\u0001';

    /** Default_Ignorable_Code_Point of Unicode 16, pairs of first and last. */
    private static final int[] INVISIBLE = {
        0x00AD, 0x00AD, 0x034F, 0x034F, 0x061C, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180F, 0x200B, 0x200F,
        0x202A, 0x202E, 0x2060, 0x206F, 0x3164, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFEFF, 0xFFA0, 0xFFA0, 0xFFF0, 0xFFF8,
        0x1BCA0, 0x1BCA3, 0x1D173, 0x1D17A, 0xE0000, 0xE0FFF
    };

    /** The same text for any two paths that are one file where these twins are; {@link #SEPARATOR} between its names. */
    public String folded(String path) {
        return (this == ALLOW ? canonical(path) : withoutCase(path)).replace('/', SEPARATOR);
    }

    /** Whether the paths are canonically equivalent: to the eye the same, and one file whatever is allowed. */
    public static boolean areEquivalent(String path, String other) {
        return canonical(path).equals(canonical(other));
    }

    private static String canonical(String path) {
        return isAscii(path) ? path : Normalizer.normalize(path, Normalizer.Form.NFC);
    }

    /**
     * The canonical caseless form of the Unicode Standard (3.13, D145), by way of the full upper case since the JDK has no case folding, and
     * coarser than it where Turkish writes an i without its dot.
     */
    static String withoutCase(String path) {
        boolean ascii = isAscii(path);
        if (ascii && isPlain(path)) {
            return path;
        }
        StringBuilder folded = new StringBuilder(path.length() + 8);
        String decomposed = ascii ? path : Normalizer.normalize(visible(path), Normalizer.Form.NFD);
        decomposed.codePoints().forEach(point -> {
            if (point == '/') {
                removeTail(folded);
            }
            appendWithoutCase(folded, point);
        });
        removeTail(folded);
        return ascii ? folded.toString() : Normalizer.normalize(folded, Normalizer.Form.NFC);
    }

    /** The text without the characters that show nothing. */
    static String visible(String text) {
        if (text.codePoints().noneMatch(CaseTwins::isInvisible)) {
            return text;
        }
        StringBuilder visible = new StringBuilder(text.length());
        text.codePoints().filter(point -> !isInvisible(point)).forEach(visible::appendCodePoint);
        return visible.toString();
    }

    private static void appendWithoutCase(StringBuilder folded, int point) {
        int lower = Character.toLowerCase(point);
        boolean hasCase = lower != point
                || Character.toUpperCase(point) != point
                || Character.getType(point) == Character.LOWERCASE_LETTER;
        if (!hasCase || point < 0x80) {
            folded.appendCodePoint(lower);
            return;
        }
        // Only the full mapping makes SS of the German sharp s; lower first, for its capital has an upper case of its
        // own.
        Character.toString(lower)
                .toUpperCase(Locale.ROOT)
                .codePoints()
                .map(Character::toLowerCase)
                .forEach(folded::appendCodePoint);
    }

    /** Windows leaves dots and blanks at the end of a name out. */
    private static void removeTail(StringBuilder folded) {
        int end = folded.length();
        while (end > 0 && (folded.charAt(end - 1) == '.' || folded.charAt(end - 1) == ' ')) {
            end--;
        }
        folded.setLength(end);
    }

    private static boolean isAscii(String path) {
        for (int index = 0; index < path.length(); index++) {
            if (path.charAt(index) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Whether ASCII text is its own folded form. */
    private static boolean isPlain(String path) {
        char before = '.';
        for (int index = path.length() - 1; index >= 0; index--) {
            char current = path.charAt(index);
            boolean last = index == path.length() - 1 || before == '/';
            if ((current >= 'A' && current <= 'Z') || (last && (current == '.' || current == ' '))) {
                return false;
            }
            before = current;
        }
        return true;
    }

    private static boolean isInvisible(int point) {
        for (int index = 0; index < INVISIBLE.length && point >= INVISIBLE[index]; index += 2) {
            if (point <= INVISIBLE[index + 1]) {
                return true;
            }
        }
        return false;
    }
}
