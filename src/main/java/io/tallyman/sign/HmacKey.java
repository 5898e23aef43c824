package io.tallyman.sign;

import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A key for HMAC (RFC 2104) over a hash of 64-byte blocks, prepared once and then used by any number of threads, each with a
 * digest of its own. {@code javax.crypto.Mac} would do, but it is bound to one thread and costs more than the hashing itself.
 */
final class HmacKey {
    private static final int BLOCK_BYTES = 64;

    private final byte[] inner;
    private final byte[] outer;

    HmacKey(MessageDigest digest, byte[] key) {
        byte[] block = Arrays.copyOf(key.length > BLOCK_BYTES ? digest.digest(key) : key, BLOCK_BYTES);
        inner = block.clone();
        outer = block;
        for (int i = 0; i < BLOCK_BYTES; i++) {
            inner[i] ^= 0x36;
            outer[i] ^= 0x5c;
        }
    }

    byte[] sign(MessageDigest digest, byte[] message) {
        byte[] code = new byte[digest.getDigestLength()];
        sign(digest, message, message.length, code);
        return code;
    }

    /** The code of the first {@code count} bytes of the message, written over {@code code}, which is as long as the hash. */
    void sign(MessageDigest digest, byte[] message, int count, byte[] code) {
        digest.update(inner);
        hash(digest, message, count, code);
        digest.update(outer);
        hash(digest, code, code.length, code);
    }

    /** The hash of what the digest was given before and these bytes; resets the digest. */
    static void hash(MessageDigest digest, byte[] message, int count, byte[] hash) {
        try {
            digest.update(message, 0, count);
            digest.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new IllegalStateException("the array is shorter than the hash", e);
        }
    }
}
