package io.tallyman.transfer;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves names to public addresses alone. The client connects to what this returns and asks nobody again, so that a name cannot have
 * one address when it is looked at and another when it is used. Threads: any.
 *
 * <p>Not public is what the IANA registries of special-purpose addresses do not call globally reachable (RFC 6890): this machine, private
 * networks, link-local (where the metadata services of most clouds are), shared space 100.64.0.0/10 (where Alibaba's is), documentation,
 * benchmarks, multicast and reserved; of IPv6 everything outside 2000::/3. Addresses that carry one of IPv4 are as public as that.
 */
final class PublicAddresses implements DnsResolver {
    static final String REASON = "that is no public address (tallyman.run.url-addresses)";

    private static final List<AddressBlock> NOT_PUBLIC = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/3",
                    // Protocol assignments with Teredo, documentation twice, 6to4
                    "2001::/23",
                    "2001:db8::/32",
                    "3fff::/20",
                    "2002::/16")
            .map(AddressBlock::parse)
            .toList();

    private static final AddressBlock GLOBAL_UNICAST = AddressBlock.parse("2000::/3");
    /** The well-known prefix of NAT64 (RFC 6052), the way to IPv4 from networks without it. */
    private static final AddressBlock NAT64 = AddressBlock.parse("64:ff9b::/96");

    private final DnsResolver names;

    /** {@code names} is asked for all addresses of a name, once for each connection. */
    PublicAddresses(DnsResolver names) {
        this.names = names;
    }

    /** The public ones among a name's addresses; throws AddressRefusedException where there are others only. */
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] all = names.resolve(host);
        if (all == null || all.length == 0) {
            throw new UnknownHostException(host);
        }
        InetAddress[] usable =
                Arrays.stream(all).filter(PublicAddresses::isPublic).toArray(InetAddress[]::new);
        if (usable.length == 0) {
            throw new AddressRefusedException(host + " (" + all[0].getHostAddress() + ")", REASON);
        }
        return usable;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return names.resolveCanonicalHostname(host);
    }

    static boolean isPublic(InetAddress address) {
        if (NAT64.contains(address)) {
            return isPublic(carried(address));
        }
        return (address instanceof Inet4Address || GLOBAL_UNICAST.contains(address))
                && NOT_PUBLIC.stream().noneMatch(block -> block.contains(address));
    }

    /** The address of IPv4 in the last four bytes. */
    private static InetAddress carried(InetAddress address) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(address.getAddress(), 12, 16));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
