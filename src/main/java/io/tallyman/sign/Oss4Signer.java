package io.tallyman.sign;

import io.tallyman.store.Credentials;
import io.tallyman.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The V4 signature, {@code OSS4-HMAC-SHA256}, in the URL. The canonical URI is the raw key behind the bucket in every addressing
 * style; every parameter is signed, sorted by its encoded bytes; the host is not signed. Safe for use by many threads.
 *
 * <p>Built for bulk: what the day, the credentials and the request's terms determine is written once and copied into each URL,
 * so that a URL costs little more than its hashes.
 */
public final class Oss4Signer implements Signer {
    private static final int SECONDS_PER_DAY = 86_400;
    private static final byte[] VERSION_ID = ascii("versionId=");
    private static final byte[] DATE = ascii("x-oss-date=");
    private static final byte[] EXPIRES = ascii("x-oss-expires=");
    private static final byte[] SIGNATURE_VERSION = ascii("x-oss-signature-version=OSS4-HMAC-SHA256");
    private static final byte[] SIGNATURE = ascii("&x-oss-signature=");

    private final Store store;
    private final byte[] urlHead;
    private final byte[] canonicalHead;
    private volatile @Nullable Oss4Scope lastScope;
    private volatile @Nullable Oss4Terms lastTerms;

    public Oss4Signer(Store store) {
        this(store, "GET");
    }

    /** For the published vectors, which sign another method. */
    Oss4Signer(Store store, String method) {
        this.store = store;
        urlHead = ascii(store.objectBase());
        canonicalHead = ascii(method + "\n/" + store.bucket() + "/");
    }

    @Override
    public SignedUrl sign(SignRequest request, Instant at) {
        long second = Rules.checkedSecond(at);
        Credentials credentials = store.credentials().current();
        long expires = Expiry.seconds(request, second, store, credentials);
        Workbench bench = Workbench.take();
        try {
            Oss4Terms terms = termsOf(request, bench.canonical);
            String url = write(request, second, expires, credentials, terms, bench);
            return new SignedUrl(url, terms.requiredHeaders, Instant.ofEpochSecond(second + expires));
        } finally {
            bench.putBack();
        }
    }

    private String write(
            SignRequest request, long second, long expires, Credentials credentials, Oss4Terms terms, Workbench bench) {
        Oss4Scope scope = scopeOf(credentials, second / SECONDS_PER_DAY, bench);
        int secondOfDay = (int) (second % SECONDS_PER_DAY);

        Ink canonical = bench.canonical.clear().put(canonicalHead);
        int keyStart = canonical.length();
        canonical.putPath(request.key());
        int keyEnd = canonical.length();
        canonical.put('\n');
        int queryStart = canonical.length();
        writeQuery(canonical, request, scope, secondOfDay, expires, terms);
        int queryEnd = canonical.length();
        canonical.put(terms.canonicalTail);

        byte[] hash = bench.hash;
        HmacKey.hash(bench.sha256, canonical.bytes(), canonical.length(), hash);
        Ink toSign = bench.toSign.clear().put(scope.toSignHead);
        writeTime(toSign, scope, secondOfDay);
        toSign.put(scope.toSignMiddle).putLowerHex(hash, hash.length);
        scope.key.sign(bench.sha256, toSign.bytes(), toSign.length(), hash);

        return bench.url
                .clear()
                .put(urlHead)
                .put(canonical.bytes(), keyStart, keyEnd - keyStart)
                .put('?')
                .put(canonical.bytes(), queryStart, queryEnd - queryStart)
                .put(SIGNATURE)
                .putLowerHex(hash, hash.length)
                .text();
    }

    /** The canonical query; it stands in the URL as it was signed. */
    private static void writeQuery(
            Ink ink, SignRequest request, Oss4Scope scope, int secondOfDay, long expires, Oss4Terms terms) {
        terms.putParamsBefore(Oss4Terms.VERSION_ID, ink);
        String versionId = request.versionId();
        if (versionId != null) {
            ink.put(VERSION_ID).putQuery(versionId).put('&');
        }
        terms.putParamsBefore(Oss4Terms.CREDENTIAL, ink);
        ink.put(scope.credentialParam);
        terms.putParamsBefore(Oss4Terms.DATE, ink);
        writeTime(ink.put(DATE), scope, secondOfDay);
        ink.put('&');
        terms.putParamsBefore(Oss4Terms.EXPIRES, ink);
        ink.put(EXPIRES).putDecimal(expires).put('&');
        terms.putParamsBefore(Oss4Terms.SECURITY_TOKEN, ink);
        ink.put(scope.tokenParam);
        terms.putParamsBefore(Oss4Terms.SIGNATURE_VERSION, ink);
        ink.put(SIGNATURE_VERSION);
        terms.putParamsBehind(ink);
    }

    /** {@code yyyyMMdd'T'HHmmss'Z'}. */
    private static void writeTime(Ink ink, Oss4Scope scope, int secondOfDay) {
        ink.put(scope.date)
                .put('T')
                .putTwoDigits(secondOfDay / 3600)
                .putTwoDigits(secondOfDay / 60 % 60)
                .putTwoDigits(secondOfDay % 60)
                .put('Z');
    }

    private Oss4Scope scopeOf(Credentials credentials, long epochDay, Workbench bench) {
        Oss4Scope scope = lastScope;
        if (scope == null || !scope.serves(credentials, epochDay)) {
            scope = new Oss4Scope(credentials, store.region(), epochDay, bench);
            lastScope = scope;
        }
        return scope;
    }

    private Oss4Terms termsOf(SignRequest request, Ink scratch) {
        Oss4Terms terms = lastTerms;
        if (terms == null || !terms.fit(request)) {
            terms = new Oss4Terms(request, scratch);
            lastTerms = terms;
        }
        return terms;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
