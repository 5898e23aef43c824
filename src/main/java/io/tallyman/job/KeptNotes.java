package io.tallyman.job;

import io.tallyman.ledger.KeptParts;
import io.tallyman.transfer.Kept;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Writes what is kept on disk into the database, for people: at once when it begins or ends, and while it grows every few seconds. A
 * database that does not answer is passed over; the record beside the file is the one that counts. Threads: any.
 */
final class KeptNotes implements Consumer<Kept> {
    private static final Logger LOG = Logger.getLogger(KeptNotes.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final KeptParts keptParts;
    private final InstantSource clock;
    private final ConcurrentHashMap<Long, Instant> notedAt = new ConcurrentHashMap<>();

    KeptNotes(KeptParts keptParts, InstantSource clock) {
        this.keptParts = keptParts;
        this.clock = clock;
    }

    @Override
    public void accept(Kept kept) {
        if (kept.pieces().isEmpty()) {
            notedAt.remove(kept.entryId());
        } else if (!isDue(kept.entryId())) {
            return;
        }
        try {
            int unknown = keptParts.replace(
                    kept.entryId(),
                    kept.epoch(),
                    kept.etag(),
                    kept.pieces().stream()
                            .map(piece -> new KeptParts.Part(piece.offset(), piece.lengthBytes(), piece.crc64()))
                            .toList());
            if (unknown > 0 && !kept.pieces().isEmpty()) {
                LOG.debugf(
                        "%d parts of entry %d were listed as kept and are not on disk as they were",
                        unknown, kept.entryId());
            }
        } catch (SQLException e) {
            LOG.debugf("what is kept of entry %d could not be listed: %s", kept.entryId(), e.getMessage());
        }
    }

    private boolean isDue(long entryId) {
        Instant now = clock.instant();
        Instant last = notedAt.get(entryId);
        if (last != null && Duration.between(last, now).compareTo(INTERVAL) < 0) {
            return false;
        }
        notedAt.put(entryId, now);
        return true;
    }
}
