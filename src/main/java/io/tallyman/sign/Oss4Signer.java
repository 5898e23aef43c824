package io.tallyman.sign;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tallyman.store.Credentials;
import io.tallyman.store.Store;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Presigns with OSS4-HMAC-SHA256 ("V4"; OSS developer reference, "Include a V4 signature in a URL"): the method, the raw key with its bucket
 * whatever the addressing, every query parameter and the headers that must be are signed; the host is not, so a URL may be moved to
 * another endpoint of the bucket.
 *
 * <p>What is the same for every URL of one second, the derived key and the head of the string to sign included, is computed once and
 * shared. Thread-safe.
 */
public final class Oss4Signer implements Signer {
    private static final String ALGORITHM = "OSS4-HMAC-SHA256";
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final byte[] SIGNATURE_PARAMETER = "&x-oss-signature=".getBytes(US_ASCII);
    private static final byte[] UNSIGNED_PAYLOAD = "\nUNSIGNED-PAYLOAD".getBytes(US_ASCII);
    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);
    /** No header lines, the empty line after them, no additional headers. */
    private static final byte[] NO_HEADERS = {'\n'};

    private static final int SIGNATURE_BYTES = 64;
    private static final int MOST_BYTES_A_CHAR = 9;

    private final Store store;
    private final byte[] base;
    private final MessageDigest canonicalHead;
    private volatile @Nullable Moment latest;

    public Oss4Signer(Store store) {
        this.store = store;
        this.base = store.baseUrl().getBytes(US_ASCII);
        this.canonicalHead = HmacSha256.sha256();
        canonicalHead.update(("GET\n/" + store.bucket() + "/").getBytes(US_ASCII));
    }

    @Override
    public SignedUrl sign(SignRequest request, Instant at) {
        Moment moment = moment(store.credentials().get(), at.getEpochSecond());
        byte[] query = moment.query(request);
        byte[] url = new byte
                [base.length
                        + MOST_BYTES_A_CHAR * request.key().length()
                        + 1
                        + query.length
                        + SIGNATURE_PARAMETER.length
                        + SIGNATURE_BYTES];
        System.arraycopy(base, 0, url, 0, base.length);
        int keyEnd = PercentEncoding.encode(request.key(), true, url, base.length);
        url[keyEnd] = '?';
        System.arraycopy(query, 0, url, keyEnd + 1, query.length);

        MessageDigest canonical = HmacSha256.copy(canonicalHead);
        canonical.update(url, base.length, keyEnd - base.length);
        canonical.update((byte) '\n');
        canonical.update(query);
        canonical.update((byte) '\n');
        canonical.update(request.headers().isEmpty() ? NO_HEADERS : CanonicalHeaders.of(request));
        canonical.update(UNSIGNED_PAYLOAD);
        byte[] signature = moment.signing.compute(hex(canonical.digest()));

        int queryEnd = keyEnd + 1 + query.length;
        System.arraycopy(SIGNATURE_PARAMETER, 0, url, queryEnd, SIGNATURE_PARAMETER.length);
        int signatureStart = queryEnd + SIGNATURE_PARAMETER.length;
        System.arraycopy(hex(signature), 0, url, signatureStart, SIGNATURE_BYTES);
        return new SignedUrl(
                new String(url, 0, signatureStart + SIGNATURE_BYTES, ISO_8859_1),
                request.headers(),
                moment.expiry(request.expires()));
    }

    /** The latest moment's where it still serves: bulk signing asks for the same second again and again. */
    private Moment moment(Credentials credentials, long epochSecond) {
        Moment known = latest;
        boolean sameCredentials = known != null && known.credentials.equals(credentials);
        if (known != null && sameCredentials && known.epochSecond == epochSecond) {
            return known;
        }
        Moment made = new Moment(credentials, epochSecond, store.region(), sameCredentials ? known : null);
        latest = made;
        return made;
    }

    private static byte[] hex(byte[] digest) {
        byte[] hex = new byte[2 * digest.length];
        for (int i = 0; i < digest.length; i++) {
            hex[2 * i] = HEX[digest[i] >> 4 & 15];
            hex[2 * i + 1] = HEX[digest[i] & 15];
        }
        return hex;
    }

    /** Everything that depends on the second and the credentials alone. Immutable but for a cache of one query. */
    private static final class Moment {
        private final Credentials credentials;
        private final long epochSecond;
        private final String day;
        private final HmacSha256 key;
        private final HmacSha256 signing;
        private final String timestamp;
        private final String encodedCredential;
        private volatile @Nullable PlainQuery plain;

        /** The query of a request without parameters, headers and version. */
        private static final class PlainQuery {
            private final Duration expires;
            private final byte[] query;

            PlainQuery(Duration expires, byte[] query) {
                this.expires = expires;
                this.query = query;
            }
        }

        Moment(Credentials credentials, long epochSecond, String region, @Nullable Moment earlier) {
            this.credentials = credentials;
            this.epochSecond = epochSecond;
            this.timestamp = TIMESTAMP.format(Instant.ofEpochSecond(epochSecond));
            this.day = timestamp.substring(0, 8);
            String scope = day + "/" + region + "/oss/aliyun_v4_request";
            this.key = earlier != null && earlier.day.equals(day)
                    ? earlier.key
                    : signingKey(credentials.accessKeySecret(), day, region);
            this.signing = key.withPrefix((ALGORITHM + "\n" + timestamp + "\n" + scope + "\n").getBytes(US_ASCII));
            this.encodedCredential = PercentEncoding.encode(credentials.accessKeyId() + "/" + scope);
        }

        private static HmacSha256 signingKey(String secret, String day, String region) {
            byte[] key = ("aliyun_v4" + secret).getBytes(UTF_8);
            for (String step : new String[] {day, region, "oss", "aliyun_v4_request"}) {
                key = new HmacSha256(key).compute(step.getBytes(US_ASCII));
            }
            return new HmacSha256(key);
        }

        Instant expiry(Duration expires) {
            Instant own = Instant.ofEpochSecond(epochSecond).plus(expires);
            Instant end = credentials.expiresAt();
            return end != null && end.isBefore(own) ? end : own;
        }

        /** The canonical query, which is also the URL's, without the signature: sorted by encoded name. */
        byte[] query(SignRequest request) {
            if (!request.params().isEmpty()
                    || request.versionId() != null
                    || !request.additionalHeaders().isEmpty()) {
                return build(request);
            }
            PlainQuery known = plain;
            if (known == null || !known.expires.equals(request.expires())) {
                known = new PlainQuery(request.expires(), build(request));
                plain = known;
            }
            return known.query;
        }

        private byte[] build(SignRequest request) {
            TreeMap<String, String> parameters = new TreeMap<>();
            request.params()
                    .forEach((name, value) ->
                            parameters.put(PercentEncoding.encode(name), PercentEncoding.encode(value)));
            if (request.versionId() != null) {
                parameters.put("versionId", PercentEncoding.encode(request.versionId()));
            }
            String additional = CanonicalHeaders.additional(request);
            if (!additional.isEmpty()) {
                parameters.put("x-oss-additional-headers", PercentEncoding.encode(additional));
            }
            parameters.put("x-oss-credential", encodedCredential);
            parameters.put("x-oss-date", timestamp);
            parameters.put("x-oss-expires", Long.toString(request.expires().toSeconds()));
            if (credentials.securityToken() != null) {
                parameters.put("x-oss-security-token", PercentEncoding.encode(credentials.securityToken()));
            }
            parameters.put("x-oss-signature-version", ALGORITHM);
            StringBuilder query = new StringBuilder(512);
            parameters.forEach((name, value) -> {
                if (!query.isEmpty()) {
                    query.append('&');
                }
                query.append(name);
                if (!value.isEmpty()) {
                    query.append('=').append(value);
                }
            });
            return query.toString().getBytes(US_ASCII);
        }
    }
}
