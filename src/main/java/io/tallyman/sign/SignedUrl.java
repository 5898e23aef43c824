package io.tallyman.sign;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A URL that opens one object until it expires. Whoever holds it can read the object, so it prints redacted, has no equals on
 * its text, and its text is only reached through {@link #reveal()}, which is called where it is sent or handed to its owner.
 */
public final class SignedUrl {
    private final String url;
    private final Map<String, String> requiredHeaders;
    private final @Nullable Instant expiresAt;
    private final boolean byOthers;

    /**
     * @param url the exact text to send, never re-encoded
     * @param requiredHeaders headers that were signed: the client must send exactly these values
     * @param expiresAt when the URL stops opening the object; null where unknown
     */
    public SignedUrl(String url, Map<String, String> requiredHeaders, @Nullable Instant expiresAt) {
        this(url, requiredHeaders, expiresAt, false);
    }

    private SignedUrl(String url, Map<String, String> requiredHeaders, @Nullable Instant expiresAt, boolean byOthers) {
        this.url = url;
        this.requiredHeaders = Map.copyOf(requiredHeaders);
        this.expiresAt = expiresAt;
        this.byOthers = byOthers;
    }

    /** A URL that came to us signed, with the headers we were told to send; it expires when its own parameters say. */
    public static SignedUrl byOthers(String url, Map<String, String> requiredHeaders) {
        return new SignedUrl(url, requiredHeaders, PresignedExpiry.of(url), true);
    }

    /** The URL itself, byte for byte as it must be sent. Never log, store or put it in an exception. */
    public String reveal() {
        return url;
    }

    public Map<String, String> requiredHeaders() {
        return requiredHeaders;
    }

    public @Nullable Instant expiresAt() {
        return expiresAt;
    }

    /** Whether somebody else signed it, and so chose where it leads. */
    public boolean isByOthers() {
        return byOthers;
    }

    /** Scheme, host and path, without the query that carries the signature. */
    @Override
    public String toString() {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query) + "?<redacted>";
    }
}
