package io.tallyman.fetch;

import io.tallyman.transfer.Progress;
import java.util.concurrent.atomic.LongAdder;

/** How far a fetch has come. Threads: any. */
public final class FetchProgress implements Progress {
    private final LongAdder landed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private volatile long total;

    void expect(long entries) {
        total = entries;
    }

    void received(long count) {
        bytes.add(count);
    }

    void retried() {
        retried.increment();
    }

    void ended(Fetched fetched) {
        (fetched.isFailed() ? failed : landed).increment();
    }

    @Override
    public long totalEntries() {
        return total;
    }

    @Override
    public long finalEntries() {
        return landed.sum() + failed.sum();
    }

    @Override
    public long failedEntries() {
        return failed.sum();
    }

    @Override
    public long retries() {
        return retried.sum();
    }

    @Override
    public long bytes() {
        return bytes.sum();
    }
}
