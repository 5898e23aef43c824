package io.tallyman.transfer;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of {@code NO_PROXY}, with the rules of Go's httpproxy, which most tools of clusters follow: {@code example.com} is that host and all
 * below it, {@code .example.com} and {@code *.example.com} those below alone, each also with a port; an address or a network such as
 * {@code 10.0.0.0/8}; {@code *} everybody. This machine is never asked through a proxy. Names are not resolved for it. Immutable.
 */
final class NoProxy {
    static final NoProxy NOBODY = new NoProxy(List.of());

    private static final Pattern WITH_PORT = Pattern.compile("(?:\\[([0-9a-f:.]+)]|([^:]+)):([0-9]{1,5})");

    private final List<Predicate<Target>> rules;

    private NoProxy(List<Predicate<Target>> rules) {
        this.rules = rules;
    }

    /** A host, its port, and its address where the host is written as one. */
    private record Target(String host, int port, @Nullable InetAddress address) {}

    /** The entries of a variable, parted by commas or blanks; throws UnusableProxyException where one means nothing. */
    static NoProxy of(String variable, String value) {
        return new NoProxy(Arrays.stream(value.toLowerCase(Locale.ROOT).split("[,\\s]+"))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> rule(variable, entry))
                .toList());
    }

    boolean covers(String host, int port) {
        String name = UrlHosts.canonical(host);
        Target target = new Target(name, port, AddressBlock.literal(name));
        InetAddress address = target.address();
        return name.equals("localhost")
                || (address != null && address.isLoopbackAddress())
                || rules.stream().anyMatch(rule -> rule.test(target));
    }

    private static Predicate<Target> rule(String variable, String entry) {
        if (entry.equals("*")) {
            return target -> true;
        }
        if (entry.indexOf('/') >= 0) {
            return network(variable, entry);
        }
        Matcher parts = WITH_PORT.matcher(entry);
        boolean ported = parts.matches();
        String host = !ported ? entry : parts.group(1) != null ? parts.group(1) : parts.group(2);
        int port = ported ? Integer.parseInt(parts.group(3)) : -1;
        InetAddress address = AddressBlock.literal(host.startsWith("[") ? host.replaceAll("[\\[\\]]", "") : host);
        Predicate<Target> samePort = target -> port < 0 || port == target.port();
        if (address != null) {
            return samePort.and(target -> address.equals(target.address()));
        }
        String below = host.startsWith("*.") ? host.substring(1) : host;
        return below.startsWith(".")
                ? samePort.and(target -> target.host().endsWith(below))
                : samePort.and(
                        target -> target.host().equals(below) || target.host().endsWith("." + below));
    }

    private static Predicate<Target> network(String variable, String entry) {
        try {
            AddressBlock block = AddressBlock.parse(entry);
            return target -> target.address() != null && block.contains(target.address());
        } catch (IllegalArgumentException e) {
            throw new UnusableProxyException(variable, String.valueOf(e.getMessage()));
        }
    }
}
