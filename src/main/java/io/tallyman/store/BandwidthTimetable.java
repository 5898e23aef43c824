package io.tallyman.store;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A limit of bytes a second by time of day, written as for rclone's {@code --bwlimit} (its documentation, "Bandwidth limit"): one limit for always
 * ({@code 10M}), or times with the limit that begins then ({@code 08:00,512K 19:00,off Sat-00:00,off}), which holds until the next.
 * The night before the first time of a day has the limit of the evening before. Of two limits parted by a colon the second is meant,
 * which rclone takes for downloads. Unlike there a number needs its unit, since rclone would read it as KiB. Immutable.
 */
final class BandwidthTimetable {
    private static final Pattern SLOT = Pattern.compile("(?:([A-Za-z]{3})-)?([0-9]{2}):([0-9]{2}),(\\S+)");
    private static final int MINUTES_PER_DAY = 24 * 60;
    private static final int MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

    private record Slot(int minuteOfWeek, double bytesPerSecond) {}

    private final List<Slot> slots;

    private BandwidthTimetable(List<Slot> slots) {
        this.slots = slots;
    }

    /** Throws IllegalArgumentException with what is wrong, one line. */
    static BandwidthTimetable parse(String text) {
        List<Slot> slots = new ArrayList<>();
        String[] parts = text.strip().split("\\s+", -1);
        if (parts.length == 1 && !parts[0].contains(",")) {
            return new BandwidthTimetable(List.of(new Slot(0, limit(parts[0]))));
        }
        for (String part : parts) {
            Matcher slot = SLOT.matcher(part);
            if (!slot.matches()) {
                throw new IllegalArgumentException(
                        "'" + part + "' is no HH:MM,LIMIT or DAY-HH:MM,LIMIT, as in 08:00,10M or Sat-00:00,off");
            }
            int minute = minuteOfDay(part, slot.group(2), slot.group(3));
            double limit = limit(slot.group(4));
            for (DayOfWeek day : days(part, slot.group(1))) {
                int minuteOfWeek = (day.getValue() - 1) * MINUTES_PER_DAY + minute;
                if (slots.stream().anyMatch(other -> other.minuteOfWeek() == minuteOfWeek)) {
                    throw new IllegalArgumentException("'" + part + "' names a time for the second time");
                }
                slots.add(new Slot(minuteOfWeek, limit));
            }
        }
        return new BandwidthTimetable(List.copyOf(slots));
    }

    /** The limit that holds then; infinite for none. */
    double bytesPerSecondAt(ZonedDateTime time) {
        int now = (time.getDayOfWeek().getValue() - 1) * MINUTES_PER_DAY + time.getHour() * 60 + time.getMinute();
        Slot latest = slots.getFirst();
        int shortest = MINUTES_PER_WEEK;
        for (Slot slot : slots) {
            int since = Math.floorMod(now - slot.minuteOfWeek(), MINUTES_PER_WEEK);
            if (since < shortest) {
                shortest = since;
                latest = slot;
            }
        }
        return latest.bytesPerSecond();
    }

    private static int minuteOfDay(String part, String hour, String minute) {
        int hours = Integer.parseInt(hour);
        int minutes = Integer.parseInt(minute);
        if (hours > 23 || minutes > 59) {
            throw new IllegalArgumentException("'" + part + "' has no time of a day; they go from 00:00 to 23:59");
        }
        return LocalTime.of(hours, minutes).toSecondOfDay() / 60;
    }

    private static List<DayOfWeek> days(String part, @Nullable String name) {
        if (name == null) {
            return List.of(DayOfWeek.values());
        }
        return List.of(Arrays.stream(DayOfWeek.values())
                .filter(day -> day.name().startsWith(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + part + "' names no day; they are Mon, Tue, Wed, Thu, Fri, Sat, Sun")));
    }

    private static double limit(String text) {
        String download = text.substring(text.indexOf(':') + 1);
        if (download.equalsIgnoreCase("off")) {
            return Double.POSITIVE_INFINITY;
        }
        OptionalDouble bytes = ByteCount.parse(download);
        if (bytes.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' is no limit; write 512K, 10M, 1G or off");
        }
        if (!ByteCount.hasUnit(download)) {
            throw new IllegalArgumentException("'" + text + "' has no unit; write 512K, 10M, 1G or off");
        }
        if (bytes.getAsDouble() < 1) {
            throw new IllegalArgumentException("'" + text + "' lets nothing through; off means no limit");
        }
        return bytes.getAsDouble();
    }
}
