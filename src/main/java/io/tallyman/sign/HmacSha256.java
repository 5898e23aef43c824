package io.tallyman.sign;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * HMAC-SHA256 (RFC 2104) under one key, with the two hashes of the padded key kept, so that a message costs no hashing of the key and no
 * shared state: every computation begins with copies. Immutable and thread-safe.
 */
final class HmacSha256 {
    private static final int BLOCK_BYTES = 64;

    private final MessageDigest inner;
    private final MessageDigest outer;

    /** The key is at most 64 bytes, or is hashed first as the RFC says. */
    HmacSha256(byte[] key) {
        byte[] shortKey = key.length > BLOCK_BYTES ? sha256().digest(key) : key;
        byte[] innerPad = new byte[BLOCK_BYTES];
        byte[] outerPad = new byte[BLOCK_BYTES];
        for (int i = 0; i < BLOCK_BYTES; i++) {
            int octet = i < shortKey.length ? shortKey[i] : 0;
            innerPad[i] = (byte) (octet ^ 0x36);
            outerPad[i] = (byte) (octet ^ 0x5c);
        }
        inner = sha256();
        inner.update(innerPad);
        outer = sha256();
        outer.update(outerPad);
    }

    private HmacSha256(MessageDigest inner, MessageDigest outer) {
        this.inner = inner;
        this.outer = outer;
    }

    /** The same, for messages that all begin with this prefix, which is hashed once. */
    HmacSha256 withPrefix(byte[] prefix) {
        MessageDigest advanced = copy(inner);
        advanced.update(prefix);
        return new HmacSha256(advanced, outer);
    }

    byte[] compute(byte[] message) {
        MessageDigest first = copy(inner);
        first.update(message);
        MessageDigest second = copy(outer);
        second.update(first.digest());
        return second.digest();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be copied", e);
        }
    }
}
