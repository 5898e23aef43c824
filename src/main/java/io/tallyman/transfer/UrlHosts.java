package io.tallyman.transfer;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where URLs that others signed may lead: a list of URLs must not make this program ask services that only it can reach. Two rules, and both
 * must hold: the host is one of those listed, where any are; and its address is public, unless any is allowed. Endpoints of configured
 * stores are not asked about. Immutable.
 *
 * @see PublicAddresses
 */
public final class UrlHosts {
    /** Any host with a public address. */
    public static final UrlHosts PUBLIC = new UrlHosts(Set.of(), UrlAddresses.PUBLIC);
    /** Wherever the URL leads: for URLs that whoever started the program typed. */
    public static final UrlHosts ANY = new UrlHosts(Set.of(), UrlAddresses.ANY);

    private static final Pattern LISTED = Pattern.compile("(\\*\\.)?[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*");
    private static final Pattern NUMERIC = Pattern.compile("(.*\\.)?([0-9]+|0x[0-9a-f]*)\\.?");
    private static final Pattern IPV4 = Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    private static final Pattern THIS_MACHINE = Pattern.compile("(.*\\.)?localhost\\.?");

    private final Set<String> listed;
    private final UrlAddresses addresses;

    private UrlHosts(Set<String> listed, UrlAddresses addresses) {
        this.listed = Set.copyOf(listed);
        this.addresses = addresses;
    }

    /**
     * The rules of a configuration.
     *
     * @param listed names of hosts, addresses, or {@code *.example.com} for all names below one; empty for all
     * @throws IllegalArgumentException where one of them is none of these; says which
     */
    public static UrlHosts of(List<String> listed, UrlAddresses addresses) {
        Set<String> hosts = new HashSet<>();
        for (String host : listed) {
            String name = canonical(host.strip());
            if (!LISTED.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "\"" + host
                                + "\" is no host; give names such as bucket.oss-cn-hangzhou.aliyuncs.com or *.example.com, without scheme and port");
            }
            hosts.add(name);
        }
        return new UrlHosts(hosts, addresses);
    }

    /** Whether addresses are to be looked at when a connection is made. */
    boolean onlyPublic() {
        return addresses == UrlAddresses.PUBLIC;
    }

    /**
     * Refuses what the host's text alone gives away, before its name is resolved. A proxy would resolve it elsewhere, and might take odd spellings
     * of addresses.
     */
    void check(String host) throws AddressRefusedException {
        String name = canonical(host);
        if (!listed.isEmpty() && !isListed(name)) {
            throw new AddressRefusedException(host, "it is not in tallyman.run.url-hosts");
        }
        if (onlyPublic()) {
            checkAddress(name);
        }
    }

    private boolean isListed(String name) {
        if (listed.contains(name)) {
            return true;
        }
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            if (listed.contains("*" + name.substring(dot))) {
                return true;
            }
        }
        return false;
    }

    private static void checkAddress(String name) throws AddressRefusedException {
        if (THIS_MACHINE.matcher(name).matches()) {
            throw new AddressRefusedException(name, PublicAddresses.REASON);
        }
        boolean isIpv6 = name.indexOf(':') >= 0;
        if (!isIpv6 && !NUMERIC.matcher(name).matches()) {
            return;
        }
        InetAddress address = isIpv6 || IPV4.matcher(name).matches() ? AddressBlock.literal(name) : null;
        if (address == null) {
            throw new AddressRefusedException(name, "it is neither a name nor an address in its usual form");
        }
        if (!PublicAddresses.isPublic(address)) {
            throw new AddressRefusedException(name, PublicAddresses.REASON);
        }
    }

    /** A host as it is compared: in lower case, without the dot at the end. */
    static String canonical(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
