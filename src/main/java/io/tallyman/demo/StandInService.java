package io.tallyman.demo;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** From a request's head to what goes over the wire: find the object, check, answer, spoil it if scripted, note it. Thread-safe. */
final class StandInService {
    private final Addressing addressing;
    private final ObjectResponder responder;
    private final InstantSource clock;
    private final RequestLog log;
    private final AtomicLong requestIds = new AtomicLong();
    private volatile FaultScript script = FaultScript.none();

    /** What to send, and where to count it. */
    record Served(Delivery delivery, @Nullable Fault fault, Sighting sighting) {}

    StandInService(Addressing addressing, ObjectResponder responder, InstantSource clock, RequestLog log) {
        this.addressing = addressing;
        this.responder = responder;
        this.clock = clock;
        this.log = log;
    }

    void script(FaultScript newScript) {
        script = newScript;
    }

    Served serve(RequestHead head) {
        RequestedObject object = null;
        try {
            object = addressing.resolve(head);
            Answer answer = responder.answer(head, object);
            Fault fault = script.faultFor(object.key(), log.count(object)).orElse(null);
            return switch (fault) {
                case null -> served(Delivery.ordinary(common(answer, requestId())), head, object, null);
                case Fault.Status status -> refuse(head, object, refusal(status), status);
                case Fault.Redirect redirect -> refuse(head, object, refusal(redirect), redirect);
                default -> served(Delivery.with(fault, common(answer, requestId())), head, object, fault);
            };
        } catch (RequestRefusedException e) {
            return refuse(head, object, e.refusal());
        }
    }

    Served refuse(RequestHead head, @Nullable RequestedObject object, Refusal refusal) {
        return refuse(head, object, refusal, null);
    }

    private Served refuse(RequestHead head, @Nullable RequestedObject object, Refusal refusal, @Nullable Fault fault) {
        String requestId = requestId();
        String host = head.headers().getOrDefault("host", "");
        Answer answer = ErrorXml.answer(refusal, requestId, host, head.method().equals("HEAD"));
        return served(Delivery.ordinary(common(answer, requestId)), head, object, fault);
    }

    private Served served(
            Delivery delivery, RequestHead head, @Nullable RequestedObject object, @Nullable Fault fault) {
        Sighting sighting = new Sighting(
                clock.instant(), head, object, fault, delivery.answer().status());
        log.record(sighting);
        return new Served(delivery, fault, sighting);
    }

    private Answer common(Answer answer, String requestId) {
        Instant now = clock.instant();
        return answer.withHeaders(Map.of(
                "Server",
                "AliyunOSS",
                "Date",
                Preconditions.httpDate(now),
                "x-oss-request-id",
                requestId,
                "x-oss-server-time",
                "1"));
    }

    /** 24 hex digits, as OSS's are; unique within this server. */
    private String requestId() {
        return "5A" + HexFormat.of().withUpperCase().toHexDigits(clock.millis() / 1000, 6)
                + HexFormat.of().withUpperCase().toHexDigits(requestIds.incrementAndGet());
    }

    private static Refusal refusal(Fault.Status status) {
        return new Refusal(status.status(), status.code(), status.message(), status.ec(), Map.of(), status.headers());
    }

    private static Refusal refusal(Fault.Redirect redirect) {
        return Refusal.of(307, "TemporaryRedirect", "Please go to the given location.", "0002-00000031")
                .withDetail("Endpoint", redirect.location())
                .withHeader("Location", redirect.location());
    }
}
