package io.tallyman.store;

import java.time.Duration;
import java.time.Instant;

/** When to renew credentials: early enough that a few failures do no harm, and late enough to leave the service in peace. */
final class RenewalTime {
    private static final Duration WHERE_NO_END_IS_KNOWN = Duration.ofMinutes(5);
    private static final Duration LEAST_LEAD = Duration.ofMinutes(5);
    private static final Duration LEAST = Duration.ofSeconds(1);

    private RenewalTime() {}

    /** A quarter of the life before the end, and at least five minutes, but never before half the life. */
    static Duration after(Credentials fetched, Instant now) {
        Instant end = fetched.expiresAt();
        if (end == null) {
            return WHERE_NO_END_IS_KNOWN;
        }
        Duration life = Duration.between(now, end);
        Duration lead = longer(life.dividedBy(4), shorter(LEAST_LEAD, life.dividedBy(2)));
        return longer(life.minus(lead), LEAST);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
