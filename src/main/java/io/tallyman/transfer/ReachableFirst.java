package io.tallyman.transfer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.io.DetachedSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Puts the addresses of a name that lately took no connection behind the others. The client tries them in order, so that a machine
 * that does not answer, one of several, would cost every new connection its connect timeout. Thread-safe.
 */
final class ReachableFirst implements DnsResolver, DetachedSocketFactory {
    private static final long AVOIDED_NANOS = Duration.ofMinutes(1).toNanos();
    /** However many fail, what is forgotten of them costs a connect timeout. */
    static final int MOST_REMEMBERED = 4_096;

    private final DnsResolver names;
    /** When each that took none last did so. */
    private final Map<InetAddress, Long> failedNanos = new ConcurrentHashMap<>();

    ReachableFirst(DnsResolver names) {
        this.names = names;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] all = names.resolve(host);
        if (failedNanos.isEmpty() || all == null) {
            return all;
        }
        InetAddress[] ordered = all.clone();
        long now = System.nanoTime();
        Arrays.sort(ordered, Comparator.comparing(address -> isAvoided(address, now)));
        return ordered;
    }

    private boolean isAvoided(InetAddress address, long now) {
        Long failed = failedNanos.get(address);
        return failed != null && now - failed < AVOIDED_NANOS;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return names.resolveCanonicalHostname(host);
    }

    @Override
    public Socket create(@Nullable Proxy socks) {
        return new Noted(socks == null ? Proxy.NO_PROXY : socks);
    }

    /** A socket that says how connecting went. */
    private final class Noted extends Socket {
        Noted(Proxy proxy) {
            super(proxy);
        }

        @Override
        public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
            TimedRequest.refuseIfCancelled(this);
            InetAddress address = ((InetSocketAddress) endpoint).getAddress();
            try {
                super.connect(endpoint, timeoutMillis);
            } catch (IOException e) {
                // An interrupt of ours closes the socket, which says nothing of the address.
                if (!Thread.currentThread().isInterrupted()) {
                    failed(address);
                }
                throw e;
            }
            failedNanos.remove(address);
        }
    }

    void failed(InetAddress address) {
        long now = System.nanoTime();
        if (failedNanos.size() >= MOST_REMEMBERED) {
            failedNanos.keySet().removeIf(other -> !isAvoided(other, now));
        }
        if (failedNanos.size() >= MOST_REMEMBERED) {
            failedNanos.clear();
        }
        failedNanos.put(address, now);
    }

    int remembered() {
        return failedNanos.size();
    }
}
