package io.tallyman.demo;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request being answered; becomes a {@link SeenRequest}. Written by one connection, read by any thread. */
final class Sighting {
    private static final Pattern SECRET = Pattern.compile(
            "(?i)(x-oss-signature|x-oss-credential|x-oss-security-token|signature|security-token)=[^&]*");

    private final Instant at;
    private final RequestHead head;
    private final @Nullable RequestedObject object;
    private final @Nullable Fault fault;
    private final int status;
    private final AtomicLong bodyBytes = new AtomicLong();

    Sighting(Instant at, RequestHead head, @Nullable RequestedObject object, @Nullable Fault fault, int status) {
        this.at = at;
        this.head = head;
        this.object = object;
        this.fault = fault;
        this.status = status;
    }

    void add(long bytes) {
        bodyBytes.addAndGet(bytes);
    }

    SeenRequest snapshot() {
        Map<String, String> headers = new LinkedHashMap<>(head.headers());
        headers.computeIfPresent("authorization", (name, value) -> "redacted");
        headers.computeIfPresent("x-oss-security-token", (name, value) -> "redacted");
        return new SeenRequest(
                at,
                head.method(),
                SECRET.matcher(head.target()).replaceAll("$1=redacted"),
                headers,
                object == null ? null : object.bucket(),
                object == null ? null : object.key(),
                fault,
                status,
                bodyBytes.get());
    }
}
