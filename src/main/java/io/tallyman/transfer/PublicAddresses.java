package io.tallyman.transfer;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
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

    private static final int[][] NOT_PUBLIC = {
        {0, 0, 0, 0, 8},
        {10, 0, 0, 0, 8},
        {100, 64, 0, 0, 10},
        {127, 0, 0, 0, 8},
        {169, 254, 0, 0, 16},
        {172, 16, 0, 0, 12},
        {192, 0, 0, 0, 24},
        {192, 0, 2, 0, 24},
        {192, 88, 99, 0, 24},
        {192, 168, 0, 0, 16},
        {198, 18, 0, 0, 15},
        {198, 51, 100, 0, 24},
        {203, 0, 113, 0, 24},
        {224, 0, 0, 0, 3},
    };

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
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublicIpv4(bytes, 0) : isPublicIpv6(bytes);
    }

    private static boolean isPublicIpv4(byte[] bytes, int at) {
        for (int[] range : NOT_PUBLIC) {
            byte[] prefix = {(byte) range[0], (byte) range[1], (byte) range[2], (byte) range[3]};
            if (startsWith(bytes, at, prefix, range[4])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPublicIpv6(byte[] bytes) {
        // 64:ff9b::/96, the well-known prefix of NAT64 (RFC 6052), the way to IPv4 from networks without it.
        if (startsWith(bytes, 0, new byte[] {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}, 96)) {
            return isPublicIpv4(bytes, 12);
        }
        return startsWith(bytes, 0, new byte[] {0x20}, 3)
                // Protocol assignments with Teredo, documentation twice, 6to4
                && !startsWith(bytes, 0, new byte[] {0x20, 1, 0}, 23)
                && !startsWith(bytes, 0, new byte[] {0x20, 1, 0x0d, (byte) 0xb8}, 32)
                && !startsWith(bytes, 0, new byte[] {0x3f, (byte) 0xff, 0}, 20)
                && !startsWith(bytes, 0, new byte[] {0x20, 2}, 16);
    }

    private static boolean startsWith(byte[] bytes, int at, byte[] prefix, int bits) {
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit & 7);
            if (((bytes[at + (bit >> 3)] ^ prefix[bit >> 3]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
