package io.tallyman.job;

import io.tallyman.ledger.Recorded;
import io.tallyman.transfer.Progress;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** How far this worker's run has come, for people who watch; any thread may read it at any time. The ledger, not this, is the record. */
public final class RunProgress implements Progress {
    private final LongAdder verified = new LongAdder();
    private final LongAdder unverified = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder quarantined = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private volatile long totalEntries;

    /** Told once the number of entries that are not final yet is known. */
    void expect(long entries) {
        totalEntries = entries;
    }

    /** Told what was committed to the ledger. */
    void recorded(List<Recorded> batch) {
        for (Recorded recorded : batch) {
            switch (recorded) {
                case Recorded.Landed landed -> {
                    bytes.add(landed.attempted().bytes());
                    (landed.verified() ? verified : unverified).increment();
                }
                case Recorded.Failed failure -> {
                    bytes.add(failure.attempted().bytes());
                    failed.increment();
                }
                case Recorded.Quarantined failure -> {
                    bytes.add(failure.attempted().bytes());
                    quarantined.increment();
                }
                case Recorded.Retry retry -> {
                    bytes.add(retry.attempted().bytes());
                    retried.increment();
                }
                case Recorded.Released released -> {
                    // As if it had not been claimed.
                }
            }
        }
    }

    /** Entries that were not final when this worker began; other workers take their share of them. */
    @Override
    public long totalEntries() {
        return totalEntries;
    }

    /** Entries this worker brought to an end. */
    @Override
    public long finalEntries() {
        return verified.sum() + unverified.sum() + failedEntries();
    }

    /** Entries this worker saw fail for good. */
    @Override
    public long failedEntries() {
        return failed.sum() + quarantined.sum();
    }

    /** Attempts of this worker that will be followed by another. */
    @Override
    public long retries() {
        return retried.sum();
    }

    /** Body bytes this worker received, those of failed attempts included. */
    @Override
    public long bytes() {
        return bytes.sum();
    }
}
