package io.tallyman.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * An answer and how it goes over the wire: in the ordinary way, or as a fault wants it.
 *
 * @param announcedBytes the Content-Length, where there is one
 * @param sendBytes body bytes to send; past the answer's own body, filler
 * @param flippedByte offset in the body of the byte to spoil; -1 for none
 * @param pace null for as fast as it goes
 */
record Delivery(
        Answer answer,
        Framing framing,
        long announcedBytes,
        long sendBytes,
        Ending ending,
        long flippedByte,
        @Nullable Pace pace) {

    private static final Duration TICK = Duration.ofMillis(50);

    enum Framing {
        CONTENT_LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    enum Ending {
        KEEP_ALIVE,
        CLOSE,
        RESET,
        STALL
    }

    /** So many bytes, then a pause, and so on. */
    record Pace(int bytes, Duration interval) {}

    static Delivery ordinary(Answer answer) {
        // OSS counts the limit in bits per second; twenty portions a second are smooth enough.
        Pace pace = answer.bitsPerSecond() == 0
                ? null
                : new Pace((int) (answer.bitsPerSecond() / 8 * TICK.toMillis() / 1000), TICK);
        long length = answer.lengthBytes();
        return new Delivery(answer, Framing.CONTENT_LENGTH, length, length, Ending.KEEP_ALIVE, -1, pace);
    }

    static Delivery with(Fault fault, Answer answer) {
        Delivery plain = ordinary(answer);
        long length = answer.lengthBytes();
        return switch (fault) {
            case Fault.Status s -> throw new IllegalArgumentException("answered before: " + s);
            case Fault.Redirect r -> throw new IllegalArgumentException("answered before: " + r);
            case Fault.Delay d -> plain;
            case Fault.CutAfter cut ->
                plain.sending(Math.min(cut.bytes(), length), cut.reset() ? Ending.RESET : Ending.CLOSE);
            case Fault.ShortBody s -> plain.sending(Math.max(0, length - s.missingBytes()), Ending.CLOSE);
            case Fault.Stall s -> plain.sending(0, Ending.STALL);
            case Fault.FlipBit flip ->
                new Delivery(
                        answer, Framing.CONTENT_LENGTH, length, length, Ending.KEEP_ALIVE, flip.offset(), plain.pace);
            case Fault.Overlong o -> ordinary(answer).announcing(length + o.extraBytes());
            case Fault.Endless e -> plain.framed(Framing.CHUNKED, Long.MAX_VALUE, Ending.CLOSE);
            case Fault.Chunked c -> plain.framed(Framing.CHUNKED, length, Ending.KEEP_ALIVE);
            case Fault.NoContentLength n -> plain.framed(Framing.UNTIL_CLOSE, length, Ending.CLOSE);
            case Fault.SlowDrip drip ->
                new Delivery(
                        answer,
                        Framing.CONTENT_LENGTH,
                        length,
                        length,
                        Ending.KEEP_ALIVE,
                        -1,
                        new Pace(drip.bytes(), drip.interval()));
            case Fault.WrongCrcHeader w -> ordinary(answer.withHeader("x-oss-hash-crc64ecma", "1234567890123456789"));
            case Fault.MissingCrcHeader m -> ordinary(answer.withoutHeader("x-oss-hash-crc64ecma"));
            case Fault.WrongContentMd5 w ->
                ordinary(answer.withHeader("Content-MD5", Base64.getEncoder().encodeToString(new byte[16])));
            case Fault.ChangeEtag c -> ordinary(answer.withHeader("ETag", "\"00000000000000000000000000000000\""));
            case Fault.IgnoreRange i ->
                ordinary(answer.withoutHeader("Content-Range")
                        .withBody(200, answer.content(), 0, answer.content().sizeBytes()));
            case Fault.WrongRange w -> wrongRange(answer);
            case Fault.Gzip g -> gzipped(answer);
        };
    }

    private Delivery sending(long bytes, Ending how) {
        return new Delivery(answer, framing, announcedBytes, bytes, how, flippedByte, pace);
    }

    private Delivery announcing(long bytes) {
        return new Delivery(answer, framing, bytes, bytes, ending, flippedByte, pace);
    }

    private Delivery framed(Framing how, long bytes, Ending end) {
        return new Delivery(answer, how, announcedBytes, bytes, end, flippedByte, pace);
    }

    private static Delivery wrongRange(Answer answer) {
        long size = answer.content().sizeBytes();
        long offset = Math.min(answer.offset() + 1, Math.max(0, size - 1));
        long length = Math.min(answer.lengthBytes(), size - offset);
        return ordinary(answer.withHeader("Content-Range", ObjectResponder.contentRange(offset, length, size))
                .withBody(206, answer.content(), offset, length));
    }

    private static Delivery gzipped(Answer answer) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (Content.Reading reading = answer.content().open();
                GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(answer.lengthBytes()));
            reading.read(all, answer.offset());
            gzip.write(all.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] bytes = compressed.toByteArray();
        Answer encoded = answer.withHeader("Content-Encoding", "gzip")
                .withoutHeader("ETag")
                .withBody(answer.status(), Content.of(bytes), 0, bytes.length);
        return ordinary(encoded).framed(Framing.CHUNKED, bytes.length, Ending.KEEP_ALIVE);
    }

    /** Status line and headers, closed by the blank line. */
    byte[] head(boolean closing) {
        StringBuilder head = new StringBuilder(512);
        head.append("HTTP/1.1 ").append(answer.status()).append(' ').append(reason(answer.status()));
        head.append("\r\n");
        answer.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        switch (framing) {
            case CHUNKED -> head.append("Transfer-Encoding: chunked\r\n");
            case UNTIL_CLOSE -> {}
            case CONTENT_LENGTH -> {
                if (answer.status() != 304) {
                    head.append("Content-Length: ").append(announcedBytes).append("\r\n");
                }
            }
        }
        head.append(closing || framing == Framing.UNTIL_CLOSE ? "Connection: close" : "Connection: keep-alive");
        // Header overrides may carry any text: UTF-8 as servers send it.
        return head.append("\r\n\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 206 -> "Partial Content";
            case 304 -> "Not Modified";
            case 307 -> "Temporary Redirect";
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 412 -> "Precondition Failed";
            case 416 -> "Requested Range Not Satisfiable";
            case 429 -> "Too Many Requests";
            case 500 -> "Internal Server Error";
            case 503 -> "Service Unavailable";
            default -> "Status";
        };
    }
}
