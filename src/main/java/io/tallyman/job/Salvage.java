package io.tallyman.job;

import io.tallyman.ledger.KeptParts;
import io.tallyman.ledger.Reclaim;
import io.tallyman.ledger.WorkerProcess;
import io.tallyman.transfer.DestinationPath;
import io.tallyman.transfer.HostilePathException;
import io.tallyman.transfer.Leftovers;
import java.io.IOException;
import java.sql.SQLException;
import org.jboss.logging.Logger;

/**
 * Takes back what dead workers held. An entry that is tried again clears its leftovers away itself; of one that is quarantined here
 * nobody will, so its part files are removed, where the destination is at hand.
 */
final class Salvage {
    private static final Logger LOG = Logger.getLogger(Salvage.class);

    private final Reclaim reclaim;
    private final KeptParts keptParts;
    private final WorkerProcess process;
    private final RunConfig config;

    Salvage(Reclaim reclaim, KeptParts keptParts, WorkerProcess process, RunConfig config) {
        this.reclaim = reclaim;
        this.keptParts = keptParts;
        this.process = process;
        this.config = config;
    }

    /** Returns once all that was found is pending again or quarantined, and committed. Threads: any. */
    void takeBack() throws SQLException {
        for (Reclaim.Quarantined entry : reclaim.reclaim(process, config.deadAfter(), config.maxWorkerDeaths())
                .quarantined()) {
            clear(entry);
            keptParts.forget(entry.entryId(), entry.epoch());
        }
    }

    private static void clear(Reclaim.Quarantined entry) {
        try {
            Leftovers.remove(
                    DestinationPath.under(Destination.recorded(entry.destination()), entry.path()),
                    entry.entryId(),
                    entry.epoch());
        } catch (IOException | HostilePathException e) {
            LOG.warnf(
                    "a part file of entry %d may be left under %s: %s",
                    entry.entryId(), entry.destination(), e.getMessage());
        }
    }
}
