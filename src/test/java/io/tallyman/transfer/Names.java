package io.tallyman.transfer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hc.client5.http.DnsResolver;

/** A name service that knows what it was told, and remembers what it was asked. */
final class Names implements DnsResolver {
    private final Map<String, InetAddress[]> known = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    void know(String name, String... addresses) {
        known.put(name, Arrays.stream(addresses).map(Names::address).toArray(InetAddress[]::new));
    }

    void forget(String name) {
        known.remove(name);
    }

    List<String> asked() {
        return asked;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        asked.add(host);
        InetAddress[] addresses = known.get(host);
        // An address is its own, as with the system's resolver.
        if (addresses == null && host.matches("[0-9.]+|.*:.*")) {
            return new InetAddress[] {InetAddress.getByName(host)};
        }
        if (addresses == null) {
            throw new UnknownHostException(host);
        }
        return addresses.clone();
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
