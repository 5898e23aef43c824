package io.tallyman.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A stand-in for Alibaba Cloud OSS on a free loopback port, for the demonstration and for tests. It answers GET and HEAD of
 * objects as OSS does for a presigned URL, checks V4 signatures by its own computation, and misbehaves as scripted. It listens
 * from {@link Builder#start()} until {@link #close()}. Thread-safe.
 */
public final class StandInOss implements AutoCloseable {
    private static final long RETRY_ACCEPT_MILLIS = 50;

    private final ServerSocketChannel listener;
    private final Map<String, StandInBucket> buckets;
    private final StandInService service;
    private final RequestLog log;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closing = new CountDownLatch(1);

    private StandInOss(
            ServerSocketChannel listener, Map<String, StandInBucket> buckets, StandInService service, RequestLog log) {
        this.listener = listener;
        this.buckets = buckets;
        this.service = service;
        this.log = log;
    }

    /** A server without buckets and keys for region {@code cn-hangzhou}, on the system clock. */
    public static Builder builder() {
        return new Builder();
    }

    public int port() {
        return listener.socket().getLocalPort();
    }

    /** For path style: {@code http://127.0.0.1:port}. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** For virtual hosts, where the client resolves {@code *.localhost} or is told to: {@code http://localhost:port}. */
    public URI virtualHostEndpoint() {
        return URI.create("http://localhost:" + port());
    }

    /** The bucket of this name, made where it does not exist. */
    public StandInBucket bucket(String name) {
        return buckets.computeIfAbsent(name, StandInBucket::new);
    }

    /** Replaces the script of faults; holds from the next request on. Requests already counted stay counted. */
    public void script(FaultScript script) {
        service.script(script);
    }

    /** The newest requests, oldest first. */
    public List<SeenRequest> seen() {
        return log.seen();
    }

    /** How many requests were answered since the start. */
    public long requestCount() {
        return log.total();
    }

    /** How many connections are open now. */
    public int openConnections() {
        return open.size();
    }

    private void accept() {
        while (true) {
            try {
                SocketChannel channel = listener.accept();
                open.add(channel);
                if (closing.getCount() == 0) {
                    channel.close();
                }
                Connection connection = new Connection(channel, service, closing);
                Thread.ofVirtual().name("stand-in-oss").start(() -> {
                    try {
                        connection.run();
                    } finally {
                        open.remove(channel);
                    }
                });
            } catch (IOException e) {
                // Too many open files and the like pass; a closed listener does not.
                if (!listener.isOpen() || isClosingWithin(RETRY_ACCEPT_MILLIS)) {
                    return;
                }
            }
        }
    }

    private boolean isClosingWithin(long millis) {
        try {
            return closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Stops listening and drops every connection, running answers and waits included. */
    @Override
    public void close() {
        closing.countDown();
        try {
            listener.close();
            for (SocketChannel channel : open) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Settings of a stand-in; not thread-safe. */
    public static final class Builder {
        private final List<StandInCredentials> credentials = new ArrayList<>();
        private final List<String> endpoints = new ArrayList<>(List.of("localhost"));
        private final Map<String, String> customDomains = new HashMap<>();
        private String region = "cn-hangzhou";
        private InstantSource clock = InstantSource.system();
        private boolean refusePathStyle;
        private int keptRequests = 100_000;

        private Builder() {}

        /** Accepts these keys too. */
        public Builder credentials(StandInCredentials keys) {
            credentials.add(keys);
            return this;
        }

        /** The region of every bucket, without {@code oss-}. */
        public Builder region(String name) {
            region = name;
            return this;
        }

        /** The clock that URLs are checked against. */
        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        /** Another host name under which {@code bucket.host} is a virtual host; {@code localhost} always is. */
        public Builder virtualHostsUnder(String host) {
            endpoints.add(host.toLowerCase(Locale.ROOT));
            return this;
        }

        /** Serves the bucket under a domain of its own. */
        public Builder customDomain(String host, String bucket) {
            customDomains.put(host.toLowerCase(Locale.ROOT), bucket);
            return this;
        }

        /** Refuses path style as the public service does. */
        public Builder refusePathStyle() {
            refusePathStyle = true;
            return this;
        }

        /** How many requests {@link StandInOss#seen()} remembers. */
        public Builder keepRequests(int newest) {
            keptRequests = newest;
            return this;
        }

        /** Binds a free port on 127.0.0.1 and begins to answer. */
        public StandInOss start() {
            try {
                ServerSocketChannel listener = ServerSocketChannel.open();
                listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 1024);
                Map<String, StandInBucket> buckets = new ConcurrentHashMap<>();
                RequestLog log = new RequestLog(keptRequests);
                ObjectResponder responder = new ObjectResponder(
                        buckets, new RequestAuthenticator(credentials, new PresignedWindow(region, clock)));
                Addressing addressing =
                        new Addressing(List.copyOf(endpoints), Map.copyOf(customDomains), refusePathStyle);
                StandInOss server =
                        new StandInOss(listener, buckets, new StandInService(addressing, responder, clock, log), log);
                Thread.ofVirtual().name("stand-in-oss-accept").start(server::accept);
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot listen on 127.0.0.1", e);
            }
        }
    }
}
