package io.tallyman.transfer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A block of addresses, written as {@code 10.0.0.0/8} or {@code 2001:db8::/32} (RFC 4632, RFC 4291). Immutable.
 *
 * @param network an address of the block
 * @param bits how many leading bits all of the block share
 */
record AddressBlock(InetAddress network, int bits) {
    private static final Pattern BLOCK = Pattern.compile("([0-9a-f:.]+)/([0-9]{1,3})");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-f.]*:[0-9a-f:.]*");

    /** The block of that text, in lower case; throws IllegalArgumentException where it is none. */
    static AddressBlock parse(String text) {
        Matcher parts = BLOCK.matcher(text);
        InetAddress network = parts.matches() ? literal(parts.group(1)) : null;
        int bits = network == null ? 0 : Integer.parseInt(parts.group(2));
        if (network == null || bits > 8 * network.getAddress().length) {
            throw new IllegalArgumentException("\"" + text + "\" is no network such as 10.0.0.0/8");
        }
        return new AddressBlock(network, bits);
    }

    /** The address of that text, in lower case and without brackets; null where it is not that of an address. */
    static @Nullable InetAddress literal(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException malformed) {
            return null;
        }
    }

    /** Whether it is one of them; an address of the other version of IP is not. */
    boolean contains(InetAddress address) {
        byte[] theirs = address.getAddress();
        byte[] ours = network.getAddress();
        if (theirs.length != ours.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            if (((theirs[bit >> 3] ^ ours[bit >> 3]) & (0x80 >> (bit & 7))) != 0) {
                return false;
            }
        }
        return true;
    }
}
