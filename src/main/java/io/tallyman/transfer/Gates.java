package io.tallyman.transfer;

import io.tallyman.retry.PressureChange;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/** The gates of all endpoints, one for each scheme, host and port. Threads: any. */
public final class Gates {
    /** Beyond that many, those are forgotten of which there is nothing to remember: a list of URLs may name any number of hosts. */
    static final int MOST_REMEMBERED = 4_096;

    private final int most;
    private final LongSupplier nanoTime;
    private final BiConsumer<String, PressureChange> listener;
    private final Map<String, Gate> byEndpoint = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * @param most requests at once to one endpoint
     * @param listener told of an endpoint's changes by the thread that caused them; must not block
     */
    public Gates(int most, LongSupplier nanoTime, BiConsumer<String, PressureChange> listener) {
        this.most = most;
        this.nanoTime = nanoTime;
        this.listener = listener;
    }

    /** The gate of the endpoint of that URL, of which nothing behind the port matters. */
    public Gate of(String url) {
        String endpoint = endpoint(url);
        Gate gate = byEndpoint.get(endpoint);
        if (gate == null) {
            if (byEndpoint.size() >= MOST_REMEMBERED) {
                byEndpoint.values().removeIf(Gate::isAtRest);
            }
            gate = byEndpoint.computeIfAbsent(endpoint, this::open);
        }
        if (closed) {
            gate.close();
        }
        return gate;
    }

    /** Cuts short every wait, now and from now on. */
    public void close() {
        closed = true;
        byEndpoint.values().forEach(Gate::close);
    }

    /** Whether {@link #close} was called. */
    public boolean isClosed() {
        return closed;
    }

    int remembered() {
        return byEndpoint.size();
    }

    private Gate open(String endpoint) {
        return new Gate(most, nanoTime, change -> listener.accept(endpoint, change));
    }

    /** Without a user and without what follows the authority: either may be a secret. */
    private static String endpoint(String url) {
        int from = url.indexOf("://") + 3;
        int end = from;
        while (end < url.length() && "/?#\\".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        int user = url.lastIndexOf('@', end - 1);
        String scheme = url.substring(0, Math.max(0, from - 3));
        return (scheme + "://" + url.substring(user >= from ? user + 1 : from, end)).toLowerCase(Locale.ROOT);
    }
}
