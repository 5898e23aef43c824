package io.tallyman.store;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** How much may be asked of one store in a second by all who ask it together. Immutable. */
public final class StoreLimits {
    /** No limits. */
    public static final StoreLimits NONE =
            new StoreLimits(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, null, ZoneId.of("UTC"));

    private final double maxBytesPerSecond;
    private final double maxRequestsPerSecond;
    private final @Nullable BandwidthTimetable timetable;
    private final ZoneId zone;

    private StoreLimits(
            double maxBytesPerSecond,
            double maxRequestsPerSecond,
            @Nullable BandwidthTimetable timetable,
            ZoneId zone) {
        this.maxBytesPerSecond = maxBytesPerSecond;
        this.maxRequestsPerSecond = maxRequestsPerSecond;
        this.timetable = timetable;
        this.zone = zone;
    }

    static StoreLimits of(String store, StoreConfig.Settings settings) {
        return new StoreLimits(
                settings.maxBytesPerSecond()
                        .map(text -> amount(store, "max-bytes-per-second", text, true))
                        .orElse(Double.POSITIVE_INFINITY),
                settings.maxRequestsPerSecond()
                        .map(text -> amount(store, "max-requests-per-second", text, false))
                        .orElse(Double.POSITIVE_INFINITY),
                settings.bandwidth().map(text -> timetable(store, text)).orElse(null),
                settings.bandwidthZone().map(text -> zone(store, text)).orElseGet(ZoneId::systemDefault));
    }

    /** Whether nothing is ever limited. */
    public boolean isNone() {
        return Double.isInfinite(maxBytesPerSecond) && Double.isInfinite(maxRequestsPerSecond) && timetable == null;
    }

    /** What holds then, the tighter of the limit and the timetable; infinite for no limit. */
    public double bytesPerSecondAt(Instant time) {
        double byTime = timetable == null ? Double.POSITIVE_INFINITY : timetable.bytesPerSecondAt(time.atZone(zone));
        return Math.min(maxBytesPerSecond, byTime);
    }

    /** Infinite for no limit. */
    public double requestsPerSecond() {
        return maxRequestsPerSecond;
    }

    private static double amount(String store, String key, String text, boolean bytes) {
        OptionalDouble amount = bytes || !ByteCount.hasUnit(text) ? ByteCount.parse(text) : OptionalDouble.empty();
        if (amount.isEmpty() || !(amount.getAsDouble() > 0)) {
            throw StoreConfigurationException.wrong(
                    store,
                    key,
                    text,
                    bytes
                            ? "give bytes, as in 52428800 or 50M, more than 0"
                            : "give a number more than 0, as in 100 or 0.5");
        }
        return amount.getAsDouble();
    }

    private static BandwidthTimetable timetable(String store, String text) {
        try {
            return BandwidthTimetable.parse(text);
        } catch (IllegalArgumentException e) {
            throw StoreConfigurationException.wrong(store, "bandwidth", text, String.valueOf(e.getMessage()));
        }
    }

    private static ZoneId zone(String store, String text) {
        try {
            return ZoneId.of(text.strip());
        } catch (DateTimeException e) {
            throw StoreConfigurationException.wrong(
                    store, "bandwidth-zone", text, "give a time zone such as Asia/Shanghai or UTC");
        }
    }
}
