package io.tallyman.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The clock stands unless a test moves it, so that nothing here depends on how fast the machine is. */
class RenewedCredentialsTest {
    private static final Instant START = Instant.parse("2024-05-06T07:08:09Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration LONG = Duration.ofDays(1);
    private static final Duration TICK = Duration.ofMillis(2);

    private final SetClock clock = new SetClock(START);
    private final ScriptedOrigin origin = new ScriptedOrigin();
    private RenewedCredentials source = new RenewedCredentials("archive", "oidc", origin, clock, LONG, TICK);

    @AfterEach
    void stop() {
        source.close();
        await().until(() -> origin.thread == null || !origin.thread.isAlive());
    }

    @Test
    void nothingIsFetchedBeforeTheFirstUse() {
        assertThat(origin.fetches).hasValue(0);
        assertThat(source.toString()).isEqualTo("RenewedCredentials[archive, oidc]");
    }

    @Test
    void theFirstUseWaitsForTheFirstCredentialsThroughFailuresThatPass() throws Exception {
        // Given two failures that may pass, and time going by
        origin.answers.add(NotObtainedException.passing("STS answered HTTP 503"));
        origin.answers.add(NotObtainedException.passing("STS answered HTTP 503"));
        Credentials first = key("first", START.plus(HOUR));
        origin.answers.add(first);

        // When
        Future<Credentials> current = CompletableFuture.supplyAsync(source::current);
        awaitAsTimeGoesBy(current::isDone);

        // Then
        assertThat(current.get()).isSameAs(first);
        assertThat(source.current()).isSameAs(first);
        assertThat(origin.fetches).hasValue(3);
        assertThat(origin.thread.isDaemon()).isTrue();
    }

    @Test
    void aFailureThatLastsIsToldAtOnceAndHealsByItself() {
        // Given
        origin.answers.add(NotObtainedException.lasting("STS answered HTTP 403 NoPermission"));

        // Then it is told to the first and to whoever comes after
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(source::current)
                    .isExactlyInstanceOf(CredentialsUnavailableException.class)
                    .hasMessage(
                            "store 'archive' has no credentials, oidc gave none: STS answered HTTP 403 NoPermission");
        }

        // When somebody grants the permission
        origin.answers.add(key("first", START.plus(HOUR)));

        // Then
        awaitKey("first");
    }

    @Test
    void theFirstUseWaitsNoLongerThanItMay() {
        // Given an origin that never answers
        source = new RenewedCredentials("archive", "oidc", origin, clock, Duration.ofMillis(50), TICK);

        assertThatThrownBy(source::current)
                .isExactlyInstanceOf(CredentialsUnavailableException.class)
                .hasMessageContaining("oidc gave none: no answer in 0 s");
    }

    @Test
    void areRenewedBeforeTheyEndAndStayTheSameObjectUntilThen() {
        // Given
        Credentials first = key("first", START.plus(HOUR));
        origin.answers.add(first);
        assertThat(source.current()).isSameAs(first);

        // When three quarters of their life are over
        clock.advance(Duration.ofMinutes(45));
        origin.awaitFetches(2);

        // Then they serve on until the new ones are there
        assertThat(source.current()).isSameAs(first);
        origin.answers.add(key("second", START.plus(HOUR.multipliedBy(2))));
        awaitKey("second");
    }

    @Test
    void theSameAnswerAgainIsTheSameObject() {
        Credentials first = key("first", START.plus(HOUR));
        origin.answers.add(first);
        origin.answers.add(key("first", START.plus(HOUR)));
        assertThat(source.current()).isSameAs(first);

        clock.advance(Duration.ofMinutes(45));
        // The next look is at half of the remaining quarter of an hour or so.
        awaitAsTimeGoesBy(() -> origin.fetches.get() >= 3, Duration.ofMinutes(1));

        assertThat(source.current()).isSameAs(first);
    }

    @Test
    void failuresAreTriedAgainUntilTheEndAndAfterItNothingIsHandedOut() {
        // Given
        origin.answers.add(key("first", START.plus(HOUR)));
        source.current();

        // When renewal fails, again and again
        origin.otherwise = NotObtainedException.passing("STS answered HTTP 500");
        clock.advance(Duration.ofMinutes(45));
        awaitAsTimeGoesBy(() -> origin.fetches.get() >= 4);

        // Then the old ones are good to their end
        assertThat(source.current().accessKeyId()).isEqualTo("first");

        // And not a moment longer
        origin.otherwise = NotObtainedException.lasting("STS answered HTTP 403");
        clock.advance(Duration.ofMinutes(15));
        awaitAsTimeGoesBy(() -> !isServed());
        assertThatThrownBy(source::current)
                .isInstanceOf(ExpiredCredentialsException.class)
                .hasMessageStartingWith(
                        "the credentials of store 'archive' ended at 2024-05-06T08:08:09Z and could not be renewed: STS answered HTTP");

        // When it works again
        origin.otherwise = key("second", START.plus(HOUR.multipliedBy(3)));

        // Then
        awaitKey("second");
    }

    @Test
    void credentialsThatAreDeadOnArrivalAreRefused() {
        origin.answers.add(key("dead", START));

        assertThatThrownBy(source::current)
                .isInstanceOf(CredentialsUnavailableException.class)
                .hasMessageContaining("those that it gave ended at 2024-05-06T07:08:09Z")
                .message()
                .doesNotContain("dead", "fake-secret");
    }

    @Test
    void aDefectOfAnOriginEndsNeitherTheThreadNorTheRun() {
        origin.answers.add(new IllegalStateException("fake-secret"));
        source = new RenewedCredentials("archive", "oidc", origin, clock, Duration.ofMillis(50), TICK);

        assertThatThrownBy(source::current)
                .isInstanceOf(CredentialsUnavailableException.class)
                .message()
                .doesNotContain("fake-secret");
        origin.answers.add(key("first", START.plus(HOUR)));
        awaitKey("first");
    }

    @Test
    void whoeverWaitsIsToldThatTheProgramEnds() throws Exception {
        // Given a thread that waits
        CountDownLatch told = new CountDownLatch(1);
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                source.current();
            } catch (CredentialsUnavailableException e) {
                told.countDown();
            }
        });
        origin.awaitFetches(1);

        // When
        source.close();

        // Then
        told.await();
        waiting.join();
        await().until(() -> !origin.thread.isAlive());
    }

    private void awaitKey(String id) {
        awaitAsTimeGoesBy(() -> isServed() && source.current().accessKeyId().equals(id));
    }

    private boolean isServed() {
        try {
            return source.current() != null;
        } catch (CredentialsUnavailableException notYet) {
            return false;
        }
    }

    private void awaitAsTimeGoesBy(Callable<Boolean> condition) {
        awaitAsTimeGoesBy(condition, Duration.ofSeconds(1));
    }

    /** The thread reads the clock when it will, so that moving it once might be too early. */
    private void awaitAsTimeGoesBy(Callable<Boolean> condition, Duration step) {
        await().pollInterval(Duration.ofMillis(10)).until(() -> {
            clock.advance(step);
            return condition.call();
        });
    }

    private static Credentials key(String id, Instant end) {
        return new Credentials(id, "fake-secret", "fake-token", end);
    }

    /** Gives the answers it was given, each once; after them the other one, or waits where there is none. */
    private static final class ScriptedOrigin implements CredentialsOrigin {
        private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
        private final AtomicInteger fetches = new AtomicInteger();
        private volatile Thread thread;
        private volatile Object otherwise;

        @Override
        public Credentials fetch() throws NotObtainedException {
            thread = Thread.currentThread();
            fetches.incrementAndGet();
            Object answer;
            try {
                Object more = otherwise;
                answer = more == null || !answers.isEmpty() ? answers.take() : more;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw NotObtainedException.passing("interrupted");
            }
            return switch (answer) {
                case NotObtainedException e -> throw e;
                case RuntimeException e -> throw e;
                default -> (Credentials) answer;
            };
        }

        void awaitFetches(int count) {
            await().untilAtomic(fetches, Matchers.greaterThanOrEqualTo(count));
        }
    }
}
