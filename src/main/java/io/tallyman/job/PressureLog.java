package io.tallyman.job;

import io.tallyman.ledger.Events;
import io.tallyman.ledger.Worker;
import io.tallyman.retry.PressureChange;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;

/** Says in one line each what holds a worker back, at once on stderr and with the next sign of life in the database. Threads: any. */
final class PressureLog implements BiConsumer<String, PressureChange> {
    private static final Logger LOG = Logger.getLogger(PressureLog.class);
    /** While the database is away; older ones are on stderr. */
    private static final int MOST_WAITING = 1_000;

    private final InstantSource clock;
    private final ConcurrentLinkedQueue<Events.Event> waiting = new ConcurrentLinkedQueue<>();

    PressureLog(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void accept(String endpoint, PressureChange change) {
        note(change.kind().name().toLowerCase(Locale.ROOT), endpoint, change.message());
    }

    /** The subject and the message together are the line. */
    void note(String kind, String subject, String message) {
        LOG.warnf("%s %s", subject, message);
        waiting.add(new Events.Event(clock.instant(), kind, subject, message));
        if (waiting.size() > MOST_WAITING) {
            waiting.poll();
        }
    }

    /** Writes down what was not yet. */
    void write(Events events, Worker worker) throws SQLException {
        List<Events.Event> now = new ArrayList<>();
        for (Events.Event event = waiting.poll(); event != null; event = waiting.poll()) {
            now.add(event);
        }
        try {
            events.add(worker, now);
        } catch (SQLException e) {
            waiting.addAll(now);
            throw e;
        }
    }
}
