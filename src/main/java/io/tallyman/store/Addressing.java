package io.tallyman.store;

/** Where a store's addresses carry the bucket. */
public enum Addressing {
    /** {@code https://bucket.endpoint/key}: what the public service wants. */
    VIRTUAL_HOST,
    /** {@code https://endpoint/bucket/key}: private clouds, IP addresses and test servers; the public service refuses it. */
    PATH,
    /** {@code https://domain/key}: the endpoint is a domain bound to the bucket. */
    CUSTOM_DOMAIN
}
