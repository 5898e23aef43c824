package io.tallyman.retry;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How long an answer asks us to wait: {@code Retry-After} (RFC 9110, 10.2.3) and OSS's {@code x-oss-qos-delay-time}. */
public final class RequestedDelay {
    private RequestedDelay() {}

    /** The longer of the two, null where neither is there or can be read. */
    public static @Nullable Duration of(Function<String, @Nullable String> header, Instant now) {
        Duration retryAfter = retryAfter(header.apply("Retry-After"), now);
        Long delayMillis = number(header.apply("x-oss-qos-delay-time"));
        if (delayMillis == null) {
            return retryAfter;
        }
        Duration delay = Duration.ofMillis(delayMillis);
        return retryAfter == null || retryAfter.compareTo(delay) < 0 ? delay : retryAfter;
    }

    /** The instant of an HTTP date (IMF-fixdate), null where it is none. */
    static @Nullable Instant httpDate(@Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value.strip()));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static @Nullable Duration retryAfter(@Nullable String value, Instant now) {
        Long seconds = number(value);
        if (seconds != null) {
            return Duration.ofSeconds(seconds);
        }
        Instant date = httpDate(value);
        if (date == null) {
            return null;
        }
        return date.isAfter(now) ? Duration.between(now, date) : Duration.ZERO;
    }

    /** Up to nine digits: enough for thirty years in seconds, and no overflow to guard against. */
    private static @Nullable Long number(@Nullable String value) {
        return value != null && value.strip().matches("[0-9]{1,9}") ? Long.valueOf(value.strip()) : null;
    }
}
