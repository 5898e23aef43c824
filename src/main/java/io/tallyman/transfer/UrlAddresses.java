package io.tallyman.transfer;

/** Which addresses the hosts of URLs that others signed may have. */
public enum UrlAddresses {
    /** Those that every machine on the Internet reaches. */
    PUBLIC,
    /** Also those of this machine, of private networks and of the metadata services of clouds. */
    ANY
}
