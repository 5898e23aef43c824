package io.tallyman.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.tallyman.ledger.LedgerFixture;
import io.tallyman.ledger.StoreShares;
import io.tallyman.ledger.Worker;
import io.tallyman.store.StoreConfig;
import io.tallyman.store.StoreLimits;
import io.tallyman.store.Stores;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Workers that share limits through a real database, in time that the test sets. */
class SharedLimitsTest {
    private static final Duration BEAT = Duration.ofSeconds(10);
    private static final double LIMIT = 1_000_000;

    private final LedgerFixture ledger = new LedgerFixture(1);
    private final AtomicLong nanos = new AtomicLong();
    private final StoreLimits limits = stores("max-bytes-per-second", "1000000");

    /** A worker that takes all it can, or only so much. */
    private final class Taker {
        final Worker worker = ledger.join();
        final SharedLimits shared = new SharedLimits(
                "s",
                limits,
                new StoreShares(ledger.database),
                LedgerFixture.DEAD_AFTER,
                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                nanos::get);
        double wants = Double.POSITIVE_INFINITY;
        double taken;
        private long dueNanos;

        Taker() throws Exception {
            shared.join(worker);
            dueNanos = nanos.get();
        }

        void take(double amount, long now, long step) {
            if (Double.isInfinite(wants)) {
                while (dueNanos - now <= 0) {
                    dueNanos = now + shared.bytes().take(amount).waitNanos();
                    taken += amount;
                }
            } else {
                shared.bytes().take(wants * step / 1e9);
                taken += wants * step / 1e9;
            }
        }
    }

    @Test
    void oneAloneHasAllOfItAndTwoHaveHalfEach() throws Exception {
        // Given
        Taker one = new Taker();
        assertThat(beats(1, one)).isCloseTo(LIMIT, within(0.02 * LIMIT));

        // When another joins, and one beat is over
        Taker two = new Taker();
        assertThat(beats(1, one, two)).isLessThan(1.52 * LIMIT);

        // Then
        assertThat(beats(3, one, two)).isCloseTo(LIMIT, within(0.02 * LIMIT));
        assertThat(one.taken).isCloseTo(two.taken, within(0.02 * two.taken));
    }

    @Test
    void whatAnIdleWorkerLeavesTheOthersHave() throws Exception {
        // Given three, of which one is idle and one wants little
        Taker idle = new Taker();
        Taker modest = new Taker();
        Taker hungry = new Taker();
        idle.wants = 0;
        modest.wants = LIMIT / 10;

        // When
        beats(2, idle, modest, hungry);
        double inAll = beats(3, idle, modest, hungry);

        // Then
        assertThat(inAll).isBetween(0.93 * LIMIT, 1.02 * LIMIT);
        assertThat(hungry.taken / 30).isGreaterThan(0.83 * LIMIT);

        // When the idle one has work
        idle.wants = Double.POSITIVE_INFINITY;
        beats(2, idle, modest, hungry);
        beats(3, idle, modest, hungry);

        // Then
        assertThat(idle.taken).isCloseTo(hungry.taken, within(0.05 * hungry.taken));
        assertThat(modest.taken / 30).isCloseTo(LIMIT / 10, within(0.01 * LIMIT));
    }

    @Test
    void theDeadAndThoseOfOtherStoresTakeNoPart() throws Exception {
        // Given
        Taker dead = new Taker();
        Taker living = new Taker();
        ledger.sql.run("update tallyman.worker set store = 'another' where id = " + dead.worker.id());
        living.shared.beat(living.worker);
        assertThat(beats(1, living)).isCloseTo(LIMIT, within(0.02 * LIMIT));

        // When
        ledger.sql.run("update tallyman.worker set store = 's' where id = " + dead.worker.id());
        ledger.lose(dead.worker);

        // Then
        living.shared.beat(living.worker);
        assertThat(beats(1, living)).isCloseTo(LIMIT, within(0.02 * LIMIT));
    }

    @Test
    void whereNothingIsLimitedTheDatabaseIsNotAsked() throws Exception {
        SharedLimits none = new SharedLimits(
                "s",
                StoreLimits.NONE,
                new StoreShares(ledger.database),
                LedgerFixture.DEAD_AFTER,
                Clock.systemUTC(),
                nanos::get);
        Worker worker = ledger.join();

        none.join(worker);
        none.beat(worker);

        assertThat(none.isNone()).isTrue();
        assertThat(ledger.sql.rows("select store from tallyman.worker")).containsExactly("null");
    }

    /** Bytes a second of all together over so many beats. */
    private double beats(int beats, Taker... takers) throws Exception {
        for (Taker taker : takers) {
            taker.taken = 0;
        }
        long step = 5_000_000;
        for (int beat = 0; beat < beats; beat++) {
            for (long end = nanos.get() + BEAT.toNanos(); nanos.get() < end; nanos.addAndGet(step)) {
                for (Taker taker : takers) {
                    taker.take(2_000, nanos.get(), step);
                }
            }
            for (Taker taker : takers) {
                ledger.runs.heartbeat(taker.worker);
                taker.shared.beat(taker.worker);
            }
        }
        double taken = 0;
        for (Taker taker : takers) {
            taken += taker.taken;
        }
        return taken / (beats * BEAT.toSeconds());
    }

    private static StoreLimits stores(String key, String value) {
        var config = new SmallRyeConfigBuilder()
                .withMapping(StoreConfig.class)
                .withConverter(Duration.class, 200, new io.quarkus.runtime.configuration.DurationConverter())
                .withDefaultValue("tallyman.store.s." + key, value)
                .build();
        return new Stores(config.getConfigMapping(StoreConfig.class), config, Clock.systemUTC()).limits("s");
    }
}
