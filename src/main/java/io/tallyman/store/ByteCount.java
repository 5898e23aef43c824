package io.tallyman.store;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads amounts of bytes as people write them: {@code 512K}, {@code 1.5M}; units are powers of 1024, as in rclone. */
final class ByteCount {
    private static final String UNITS = "BKMGTP";
    private static final Pattern FORM = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?)(?:([BKMGTP])(?:I?B)?)?");

    private ByteCount() {}

    /** The number of bytes, empty where it is none. */
    static OptionalDouble parse(String text) {
        Matcher parts = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!parts.matches()) {
            return OptionalDouble.empty();
        }
        int power = parts.group(2) == null ? 0 : UNITS.indexOf(parts.group(2));
        return OptionalDouble.of(Double.parseDouble(parts.group(1)) * Math.pow(1024, power));
    }

    /** Whether a unit stands behind the number. */
    static boolean hasUnit(String text) {
        return !text.isBlank()
                && !Character.isDigit(text.strip().charAt(text.strip().length() - 1));
    }
}
