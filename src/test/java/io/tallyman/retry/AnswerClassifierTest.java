package io.tallyman.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerClassifierTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(60);
    private static final Map<String, String> ON_TIME = Map.of("Date", "Sun, 1 Mar 2026 12:00:05 GMT");

    private final AnswerClassifier classifier = new AnswerClassifier(() -> NOW);

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        "200, '',                              bad_answer",
        "204, '',                              bad_answer",
        "206, '',                              bad_answer",
        "304, '',                              bad_answer",
        "301, '',                              redirected",
        "302, '',                              redirected",
        "307, '',                              redirected",
        "308, '',                              redirected",
        "301, PermanentRedirect,               wrong_endpoint",
        "400, InvalidArgument,                 request_refused",
        "400, InvalidTargetType,               request_refused",
        "400, RequestTimeout,                  server_error",
        "401, '',                              request_refused",
        "403, '',                              access_denied",
        "403, AccessDenied,                    access_denied",
        "403, SomethingNew,                    access_denied",
        "403, SignatureDoesNotMatch,           signature_refused",
        "403, InvalidAccessKeyId,              credentials_refused",
        "403, InvalidSecurityToken,            credentials_refused",
        "403, SecurityTokenExpired,            credentials_refused",
        "403, UserDisable,                     credentials_refused",
        "403, InvalidObjectState,              archived",
        "403, RequestTimeTooSkewed,            clock_skew",
        "403, SecondLevelDomainForbidden,      wrong_endpoint",
        "404, NoSuchKey,                       not_found",
        "404, NoSuchVersion,                   not_found",
        "404, SymlinkTargetNotExist,           not_found",
        "404, '',                              not_found",
        "404, NoSuchBucket,                    wrong_endpoint",
        "405, MethodNotAllowed,                not_found",
        "408, '',                              server_error",
        "410, '',                              not_found",
        "412, PreconditionFailed,              changed",
        "416, InvalidRange,                    range_refused",
        "418, '',                              request_refused",
        "429, QpsLimitExceeded,                throttled",
        "500, InternalError,                   server_error",
        "501, '',                              server_error",
        "502, '',                              server_error",
        "503, ServiceUnavailable,              throttled",
        "503, TotalQpsLimitExceeded,           throttled",
        "503, DownloadTrafficRateLimitExceeded, throttled",
        "503, '',                              throttled",
        "504, '',                              server_error",
        "599, '',                              server_error",
    })
    void namesEveryRowOfTheTable(int status, String code, String kind) {
        assertThat(kind(status, error(code, null, null), ON_TIME, LATER)).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({"AccessDenied", "SecurityTokenExpired", "''"})
    void pastItsExpiryByOurClockTheUrlIsExpired(String code) {
        assertThat(kind(403, error(code, "whatever", null), ON_TIME, NOW)).isEqualTo("url_expired");
        assertThat(kind(403, error(code, "whatever", null), ON_TIME, NOW.plusNanos(1)))
                .isNotEqualTo("url_expired");
    }

    @ParameterizedTest
    @CsvSource({"SignatureDoesNotMatch", "InvalidObjectState", "InvalidAccessKeyId"})
    void anExpiredUrlDoesNotHideAnotherReason(String code) {
        assertThat(kind(403, error(code, null, null), ON_TIME, NOW)).isNotEqualTo("url_expired");
    }

    @Test
    void whereOurClockIsSlowTheMessageTellsThatTheUrlExpired() {
        assertThat(kind(403, error("AccessDenied", "Request has expired.", null), ON_TIME, LATER))
                .isEqualTo("url_expired");
        assertThat(kind(403, error("AccessDenied", "Request has expired.", null), ON_TIME, null))
                .isEqualTo("url_expired");
        assertThat(kind(403, error("SignatureDoesNotMatch", "Request has expired.", null), ON_TIME, LATER))
                .isEqualTo("signature_refused");
    }

    @Test
    void aStoreWhoseClockIsFarFromOursTellsOfSkew() {
        OssError denied = error("AccessDenied", "no", null);
        assertThat(kind(403, denied, Map.of("Date", "Sun, 1 Mar 2026 12:15:01 GMT"), LATER))
                .isEqualTo("clock_skew");
        assertThat(kind(403, denied, Map.of("Date", "Sun, 1 Mar 2026 11:44:59 GMT"), LATER))
                .isEqualTo("clock_skew");
        assertThat(kind(403, denied, Map.of("Date", "Sun, 1 Mar 2026 12:14:59 GMT"), LATER))
                .isEqualTo("access_denied");
        assertThat(kind(403, denied, Map.of("Date", "yesterday"), LATER)).isEqualTo("access_denied");
    }

    @Test
    void theErrorNumberIsShownAndNeverDecides() {
        OssError denied = new OssError("AccessDenied", "no", null, "0002-00000069", null);

        Failure failure = classifier.classify(403, denied, ON_TIME::get, LATER);

        assertThat(failure.kind()).isEqualTo(FailureKind.Store.ACCESS_DENIED);
        assertThat(failure.message()).isEqualTo("the store answered 403 AccessDenied: no [EC 0002-00000069]");
    }

    @Test
    void anEndpointInTheDocumentMeansTheBucketLivesThere() {
        OssError elsewhere = error("AccessDenied", "must be addressed using", "oss-cn-beijing.aliyuncs.com");

        Failure failure = classifier.classify(403, elsewhere, ON_TIME::get, LATER);

        assertThat(failure.kind()).isEqualTo(FailureKind.Store.WRONG_ENDPOINT);
        assertThat(failure.message()).contains("(endpoint oss-cn-beijing.aliyuncs.com)");
        assertThat(kind(307, elsewhere, ON_TIME, LATER)).isEqualTo("wrong_endpoint");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "7,                             -,    7000",
                "0,                             -,    0",
                "-,                             250,  250",
                "1,                             250,  1000",
                "1,                             2500, 2500",
                "'Sun, 1 Mar 2026 12:00:30 GMT',-,    30000",
                "'Sun, 1 Mar 2026 11:00:00 GMT',-,    0",
                "-1,                            -,    -",
                "soon,                          soon, -",
                "99999999999999999999,          -,    -",
                "-,                             -,    -",
            })
    void readsHowLongToWait(String retryAfter, String qosDelay, Long millis) {
        Map<String, String> headers = new java.util.HashMap<>();
        headers.put("Retry-After", retryAfter);
        headers.put("x-oss-qos-delay-time", qosDelay);

        assertThat(classifier.classify(503, OssError.NONE, headers::get, null).retryAfter())
                .isEqualTo(millis == null ? null : Duration.ofMillis(millis));
    }

    @Test
    void keepsWhatHelpsToAskTheStoreAndNothingSecret() {
        OssError error = new OssError(
                "SignatureDoesNotMatch", SafeText.line("see ?x-oss-signature=canary&b=1", 100), "BODY", null, null);

        Failure fromHeader = classifier.classify(403, error, Map.of("x-oss-request-id", "HEAD")::get, null);
        Failure fromBody = classifier.classify(403, error, name -> null, null);

        assertThat(fromHeader.requestId()).isEqualTo("HEAD");
        assertThat(fromBody.requestId()).isEqualTo("BODY");
        assertThat(fromBody.httpStatus()).isEqualTo(403);
        assertThat(fromBody.errorCode()).isEqualTo("SignatureDoesNotMatch");
        assertThat(fromBody.message())
                .isEqualTo("the store answered 403 SignatureDoesNotMatch: see ?x-oss-signature=<redacted>&b=1");
    }

    private String kind(int status, OssError error, Map<String, String> headers, Instant urlExpiresAt) {
        return classifier
                .classify(status, error, headers::get, urlExpiresAt)
                .kind()
                .label();
    }

    private static OssError error(String code, String message, String endpoint) {
        return new OssError(code.isEmpty() ? null : code, message, null, null, endpoint);
    }
}
