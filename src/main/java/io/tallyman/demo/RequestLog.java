package io.tallyman.demo;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What was asked of the stand-in: the newest requests in full, all of them as counts. Thread-safe. */
final class RequestLog {
    private final int keptRequests;
    private final ArrayDeque<Sighting> newest = new ArrayDeque<>();
    private final LongAdder requests = new LongAdder();
    private final ConcurrentHashMap<String, AtomicInteger> perKey = new ConcurrentHashMap<>();

    RequestLog(int keptRequests) {
        this.keptRequests = keptRequests;
    }

    /** Counts an authenticated request to a key; the first is 1. */
    int count(RequestedObject object) {
        return perKey.computeIfAbsent(object.bucket() + "/" + object.key(), k -> new AtomicInteger())
                .incrementAndGet();
    }

    void record(Sighting sighting) {
        requests.increment();
        synchronized (newest) {
            if (newest.size() >= keptRequests) {
                newest.pollFirst();
            }
            newest.addLast(sighting);
        }
    }

    long total() {
        return requests.sum();
    }

    List<SeenRequest> seen() {
        synchronized (newest) {
            return newest.stream().map(Sighting::snapshot).toList();
        }
    }
}
