package io.tallyman.demo;

import java.time.Duration;
import java.util.Map;

/** One way in which the stand-in can misbehave on one request. Faults strike only after the signature was found good. */
public sealed interface Fault {

    /** Refuses with this status, OSS error code and further headers such as {@code Retry-After}. */
    record Status(int status, String code, String message, String ec, Map<String, String> headers) implements Fault {
        /** With a plain message and no further headers. */
        public Status(int status, String code) {
            this(status, code, "Scripted by the stand-in.", "0000-00000000", Map.of());
        }

        /** Busy: 503, asking to come back after {@code delay}. */
        public static Status busy(Duration delay) {
            return new Status(
                    503,
                    "TotalQpsLimitExceeded",
                    "Please reduce your request rate.",
                    "0004-00000302",
                    Map.of("x-oss-qos-delay-time", Long.toString(delay.toMillis())));
        }

        /** What a URL that is too old gets. */
        public static Status expired() {
            return new Status(403, "AccessDenied", "Request has expired.", "0002-00000236", Map.of());
        }
    }

    /** Waits before the head. */
    record Delay(Duration before) implements Fault {}

    /** Closes after this many body bytes: by reset, or in good order. */
    record CutAfter(long bytes, boolean reset) implements Fault {}

    /** Flips the lowest bit of the byte at this offset of the body. */
    record FlipBit(long offset) implements Fault {}

    /** Closes this many bytes short of the announced Content-Length. */
    record ShortBody(long missingBytes) implements Fault {}

    /** Announces and sends this many bytes more than the object has. */
    record Overlong(long extraBytes) implements Fault {}

    /** Goes on in chunks after the object's end until the client hangs up. */
    record Endless() implements Fault {}

    /** Sends a wrong {@code x-oss-hash-crc64ecma}. */
    record WrongCrcHeader() implements Fault {}

    /** Sends no {@code x-oss-hash-crc64ecma}. */
    record MissingCrcHeader() implements Fault {}

    /** Sends a Content-MD5 of something else. */
    record WrongContentMd5() implements Fault {}

    /** Compresses on the fly: chunked, no ETag, no Content-Length. */
    record Gzip() implements Fault {}

    /** Sends so many bytes, waits, and so on. */
    record SlowDrip(int bytes, Duration interval) implements Fault {}

    /** Answers a range with 206 and one byte later than asked, honestly labelled. */
    record WrongRange() implements Fault {}

    /** Answers a range with 200 and the whole object. */
    record IgnoreRange() implements Fault {}

    /** Redirects (307). */
    record Redirect(String location) implements Fault {}

    /** Sends the head, then nothing until one side closes. */
    record Stall() implements Fault {}

    /** Sends no length: the body ends where the connection does. */
    record NoContentLength() implements Fault {}

    /** Sends the right body in chunks. */
    record Chunked() implements Fault {}

    /** Says the object is another one. */
    record ChangeEtag() implements Fault {}
}
