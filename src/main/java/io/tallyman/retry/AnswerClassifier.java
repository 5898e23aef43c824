package io.tallyman.retry;

import static io.tallyman.retry.FailureKind.Network.BAD_ANSWER;
import static io.tallyman.retry.FailureKind.Store.ACCESS_DENIED;
import static io.tallyman.retry.FailureKind.Store.ARCHIVED;
import static io.tallyman.retry.FailureKind.Store.CHANGED;
import static io.tallyman.retry.FailureKind.Store.CLOCK_SKEW;
import static io.tallyman.retry.FailureKind.Store.CREDENTIALS_REFUSED;
import static io.tallyman.retry.FailureKind.Store.NOT_FOUND;
import static io.tallyman.retry.FailureKind.Store.RANGE_REFUSED;
import static io.tallyman.retry.FailureKind.Store.REDIRECTED;
import static io.tallyman.retry.FailureKind.Store.REQUEST_REFUSED;
import static io.tallyman.retry.FailureKind.Store.SERVER_ERROR;
import static io.tallyman.retry.FailureKind.Store.SIGNATURE_REFUSED;
import static io.tallyman.retry.FailureKind.Store.THROTTLED;
import static io.tallyman.retry.FailureKind.Store.URL_EXPIRED;
import static io.tallyman.retry.FailureKind.Store.WRONG_ENDPOINT;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Names the failure behind an answer that is not the object. Branches on the status and on the store's documented error code;
 * the error number {@code EC} is shown and never branched on. Pure but for the clock, and thread-safe.
 */
public final class AnswerClassifier {
    /** A signature is refused when its time is further than this from the store's (help page 0002-00000235). */
    private static final Duration ALLOWED_SKEW = Duration.ofMinutes(15);

    private final InstantSource clock;

    public AnswerClassifier(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * The failure behind an answer; any status may be given, 200 included (then the answer is a bad one).
     *
     * @param error the error document of the body or of {@code x-oss-err}; {@link OssError#NONE} where there was none
     * @param header looks a header up by name, null where the answer has none
     * @param urlExpiresAt when the URL that was used stops opening the object, its token's end included; null where unknown
     */
    public Failure classify(
            int status, OssError error, Function<String, @Nullable String> header, @Nullable Instant urlExpiresAt) {
        String requestId = header.apply("x-oss-request-id");
        return new Failure(
                kind(status, error, header, urlExpiresAt),
                message(status, error),
                status,
                error.code(),
                requestId != null ? SafeText.line(requestId, 100) : error.requestId(),
                RequestedDelay.of(header, clock.instant()));
    }

    /** The store's own time as an answer's Date tells it; null where it does not. */
    public static @Nullable Instant storeTime(Function<String, @Nullable String> header) {
        return RequestedDelay.httpDate(header.apply("Date"));
    }

    private FailureKind kind(
            int status, OssError error, Function<String, @Nullable String> header, @Nullable Instant urlExpiresAt) {
        String code = error.code() == null ? "" : error.code();
        FailureKind byCode = switch (code) {
            case "RequestTimeTooSkewed" -> CLOCK_SKEW;
            case "RequestTimeout" -> SERVER_ERROR;
            case "NoSuchBucket", "SecondLevelDomainForbidden", "PermanentRedirect" -> WRONG_ENDPOINT;
            default -> null;
        };
        if (byCode != null) {
            return byCode;
        }
        return switch (status) {
            case 403 -> forbidden(code, error, header, urlExpiresAt);
            case 404, 405, 410 -> NOT_FOUND;
            case 408 -> SERVER_ERROR;
            case 412 -> CHANGED;
            case 416 -> RANGE_REFUSED;
            case 429, 503 -> THROTTLED;
            case 300, 301, 302, 303, 307, 308 -> error.endpoint() == null ? REDIRECTED : WRONG_ENDPOINT;
            default -> {
                if (status >= 500) {
                    yield SERVER_ERROR;
                }
                yield status >= 400 ? REQUEST_REFUSED : BAD_ANSWER;
            }
        };
    }

    private FailureKind forbidden(
            String code, OssError error, Function<String, @Nullable String> header, @Nullable Instant urlExpiresAt) {
        Instant now = clock.instant();
        boolean expiredByOurClock = urlExpiresAt != null && !now.isBefore(urlExpiresAt);
        return switch (code) {
            case "SignatureDoesNotMatch" -> SIGNATURE_REFUSED;
            case "InvalidObjectState" -> ARCHIVED;
            case "InvalidAccessKeyId", "InvalidSecurityToken", "UserDisable" -> CREDENTIALS_REFUSED;
            // The URL ends with its token: where that was to be expected a new signature brings a new token along.
            case "SecurityTokenExpired" -> expiredByOurClock ? URL_EXPIRED : CREDENTIALS_REFUSED;
            case "AccessDenied", "" -> {
                if (error.endpoint() != null) {
                    yield WRONG_ENDPOINT;
                }
                if (skewed(now, header.apply("Date"))) {
                    yield CLOCK_SKEW;
                }
                yield expiredByOurClock || saysExpired(error) ? URL_EXPIRED : ACCESS_DENIED;
            }
            default -> ACCESS_DENIED;
        };
    }

    private static boolean skewed(Instant now, @Nullable String date) {
        Instant theirs = RequestedDelay.httpDate(date);
        return theirs != null && Duration.between(theirs, now).abs().compareTo(ALLOWED_SKEW) > 0;
    }

    /**
     * The last resort, and the only place that reads a message: an expired URL and a policy's refusal are both 403 AccessDenied,
     * and when our clock is a little slow only this text tells them apart (OSS error pages 0002-00000069 and 0002-00000236:
     * "Request has expired."). Where the text changes one day, the failure is named access_denied, nothing worse.
     */
    private static boolean saysExpired(OssError error) {
        return error.message() != null && error.message().startsWith("Request has expired");
    }

    private static String message(int status, OssError error) {
        StringBuilder message = new StringBuilder("the store answered ").append(status);
        if (error.code() != null) {
            message.append(' ').append(error.code());
        }
        if (error.message() != null) {
            message.append(": ").append(error.message());
        }
        if (error.endpoint() != null) {
            message.append(" (endpoint ").append(error.endpoint()).append(')');
        }
        if (error.ec() != null) {
            message.append(" [EC ").append(error.ec()).append(']');
        }
        return message.toString();
    }
}
