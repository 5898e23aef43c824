package io.tallyman.database;

import java.time.Duration;

/**
 * Waiting for a state that only polling can see: silent at first, then one line on stderr, and an exception at the end. For one
 * wait by one thread; time is the monotonic clock's.
 */
final class Patience {
    private static final Duration SILENCE = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(20);

    private final PostgresHome home;
    private final String waitingFor;
    private final Duration limit;
    private final long begunNanos = System.nanoTime();
    private boolean told;

    /** @param waitingFor completes "waiting for ... in FOLDER" */
    Patience(PostgresHome home, String waitingFor, Duration limit) {
        this.home = home;
        this.waitingFor = waitingFor;
        this.limit = limit;
    }

    /** Waits until the next look; throws when the limit has passed or the thread is interrupted, which stays set. */
    void pause() {
        Duration waited = Duration.ofNanos(System.nanoTime() - begunNanos);
        if (waited.compareTo(limit) > 0) {
            throw home.unusable("still waiting for " + waitingFor + " after " + limit.toSeconds() + " s", null);
        }
        if (!told && waited.compareTo(SILENCE) > 0) {
            told = true;
            System.err.println("waiting for " + waitingFor + " in " + home.directory());
        }
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw home.unusable("interrupted while waiting for " + waitingFor, e);
        }
    }
}
