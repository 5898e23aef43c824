package io.tallyman.demo;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The If-* headers: 412 where the object changed, 304 where it did not. */
final class Preconditions {
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH);

    private Preconditions() {}

    static String httpDate(Instant time) {
        return HTTP_DATE.format(time.atOffset(ZoneOffset.UTC));
    }

    /** True where the answer is 304. */
    static boolean notModified(RequestHead head, StoredObject object) {
        String ifMatch = head.header("if-match");
        if (ifMatch != null && !names(ifMatch, object.etag())) {
            throw failed("If-Match");
        }
        Instant lastModified = object.lastModified().truncatedTo(ChronoUnit.SECONDS);
        Instant unmodifiedSince = date(head.header("if-unmodified-since"));
        if (unmodifiedSince != null && lastModified.isAfter(unmodifiedSince)) {
            throw failed("If-Unmodified-Since");
        }
        String ifNoneMatch = head.header("if-none-match");
        if (ifNoneMatch != null) {
            return names(ifNoneMatch, object.etag());
        }
        Instant modifiedSince = date(head.header("if-modified-since"));
        return modifiedSince != null && !lastModified.isAfter(modifiedSince);
    }

    private static boolean names(String list, String etag) {
        String bare = etag.replace("\"", "");
        for (String candidate : list.split(",", -1)) {
            String stripped = candidate.strip().replace("\"", "");
            if (stripped.equals("*") || stripped.equals(bare)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Instant date(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeException e) {
            // A date nobody can read is no condition (RFC 9110 section 13.1.3).
            return null;
        }
    }

    private static RequestRefusedException failed(String condition) {
        return Refusal.of(
                        412,
                        "PreconditionFailed",
                        "At least one of the pre-conditions you specified did not hold.",
                        "0003-00000004")
                .withDetail("Condition", condition)
                .asException();
    }
}
