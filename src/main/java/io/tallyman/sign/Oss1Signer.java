package io.tallyman.sign;

import io.tallyman.store.Credentials;
import io.tallyman.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The V1 signature, HMAC-SHA1 over names and values as they are, for old private deployments; the public service is about to
 * stop taking it. Signs only the parameters OSS knows as sub-resources ({@link Oss1Terms}) and no additional headers. Safe for
 * use by many threads.
 */
public final class Oss1Signer implements Signer {
    private static final byte[] SECURITY_TOKEN = ascii("security-token=");
    private static final byte[] VERSION_ID = ascii("versionId=");
    private static final byte[] EXPIRES = ascii("Expires=");
    private static final byte[] ACCESS_KEY_ID = ascii("&OSSAccessKeyId=");
    private static final byte[] SIGNATURE = ascii("&Signature=");

    private final Store store;
    private final byte[] urlHead;
    private final byte[] resourceHead;
    private volatile @Nullable SecretKey lastKey;
    private volatile @Nullable Oss1Terms lastTerms;

    public Oss1Signer(Store store) {
        this.store = store;
        urlHead = ascii(store.objectBase());
        resourceHead = ascii("/" + store.bucket() + "/");
    }

    @Override
    public SignedUrl sign(SignRequest request, Instant at) {
        if (!request.additionalHeaders().isEmpty()) {
            throw new SigningRefusedException("the oss1 scheme signs no additional headers: leave "
                    + String.join(", ", request.additionalHeaders()) + " out or sign with oss4");
        }
        long second = Rules.checkedSecond(at);
        Credentials credentials = store.credentials().current();
        long end = second + Expiry.seconds(request, second, store, credentials);
        Workbench bench = Workbench.take();
        try {
            Oss1Terms terms = termsOf(request, bench.canonical);
            String url = write(request, end, credentials, terms, bench);
            return new SignedUrl(url, terms.signedHeaders, Instant.ofEpochSecond(end));
        } finally {
            bench.putBack();
        }
    }

    private String write(SignRequest request, long end, Credentials credentials, Oss1Terms terms, Workbench bench) {
        String token = credentials.securityToken();
        String versionId = request.versionId();

        Ink toSign = bench.toSign.clear().put(terms.head).putDecimal(end).put(terms.headers);
        toSign.put(resourceHead).putUtf8(request.key());
        int resourceEnd = toSign.put('?').length();
        toSign.put(terms.beforeToken);
        if (token != null) {
            toSign.put(SECURITY_TOKEN).putUtf8(token).put('&');
        }
        toSign.put(terms.beforeVersionId);
        if (versionId != null) {
            toSign.put(VERSION_ID).putUtf8(versionId).put('&');
        }
        toSign.put(terms.afterVersionId);
        // What stands last is the ampersand behind the last sub-resource, or the question mark where there is none.
        int count = Math.max(toSign.length(), resourceEnd) - 1;
        byte[] code = new byte[bench.sha1.getDigestLength()];
        keyOf(credentials, bench).sign(bench.sha1, toSign.bytes(), count, code);

        Ink url = bench.url.clear().put(urlHead).putPath(request.key()).put('?').put(terms.query);
        if (versionId != null) {
            url.put(VERSION_ID).putQuery(versionId).put('&');
        }
        if (token != null) {
            url.put(SECURITY_TOKEN).putQuery(token).put('&');
        }
        return url.put(EXPIRES)
                .putDecimal(end)
                .put(ACCESS_KEY_ID)
                .putQuery(credentials.accessKeyId())
                .put(SIGNATURE)
                .putQuery(Base64.getEncoder().encodeToString(code))
                .text();
    }

    private HmacKey keyOf(Credentials credentials, Workbench bench) {
        SecretKey key = lastKey;
        if (key == null || !key.secret.equals(credentials.accessKeySecret())) {
            String secret = credentials.accessKeySecret();
            key = new SecretKey(secret, new HmacKey(bench.sha1, secret.getBytes(StandardCharsets.UTF_8)));
            lastKey = key;
        }
        return key.prepared;
    }

    private Oss1Terms termsOf(SignRequest request, Ink scratch) {
        Oss1Terms terms = lastTerms;
        if (terms == null || !terms.fit(request)) {
            terms = new Oss1Terms(request, scratch);
            lastTerms = terms;
        }
        return terms;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** No record: those print what they hold. */
    private static final class SecretKey {
        private final String secret;
        private final HmacKey prepared;

        SecretKey(String secret, HmacKey prepared) {
            this.secret = secret;
            this.prepared = prepared;
        }
    }
}
