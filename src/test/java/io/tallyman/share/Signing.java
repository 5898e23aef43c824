package io.tallyman.share;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tallyman.manifest.ManifestFile;
import io.tallyman.manifest.ManifestReader;
import io.tallyman.sign.Scheme;
import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.CredentialsSource;
import io.tallyman.store.Store;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Bulk signing as the tests use it. */
final class Signing {
    static final Instant AT = Instant.parse("2026-02-28T23:59:59Z");
    static final Store STORE = new Store(
            "test",
            URI.create("https://oss-cn-hangzhou.aliyuncs.com"),
            "cn-hangzhou",
            "example-bucket",
            Addressing.VIRTUAL_HOST,
            CredentialsSource.fixed(Credentials.of("not-a-real-key-id", "not-a-real-secret")));
    static final SignDefaults DEFAULTS = new SignDefaults(null, Duration.ofMinutes(5), Map.of(), Set.of(), Map.of());

    private Signing() {}

    static BulkSigning in(UrlFormat format) {
        return new BulkSigning(Scheme.OSS4.signerFor(STORE), AT, DEFAULTS, format);
    }

    static String keys(UrlFormat format, String... keys) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        in(format).signKeys(List.of(keys), out);
        return out.toString(UTF_8);
    }

    static String rows(UrlFormat format, String manifest) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        rows(in(format), manifest, out);
        return out.toString(UTF_8);
    }

    static void rows(BulkSigning signing, String manifest, OutputStream out) throws Exception {
        try (ManifestReader rows = ManifestFile.open("-", null, new ByteArrayInputStream(manifest.getBytes(UTF_8)))) {
            signing.signRows(rows, out);
        }
    }
}
