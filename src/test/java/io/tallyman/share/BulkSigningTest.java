package io.tallyman.share;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.manifest.ManifestRefusedException;
import io.tallyman.sign.Scheme;
import io.tallyman.sign.SignRequest;
import io.tallyman.sign.Signer;
import io.tallyman.sign.SigningRefusedException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BulkSigningTest {
    private static final int MANY = 20_000;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void manyRowsComeOutInTheirOrderAndAsTheyAreSignedOneByOne() throws Exception {
        // Given
        List<String> keys = IntStream.range(0, MANY)
                .mapToObj(i -> "dir/船 %d.bin".formatted(i * 7919 % MANY))
                .toList();
        Signer signer = Scheme.OSS4.signerFor(Signing.STORE);

        // When
        String urls = Signing.rows(UrlFormat.URLS, "key\n" + String.join("\n", keys) + "\n");

        // Then
        assertThat(urls.lines())
                .containsExactlyElementsOf(keys.stream()
                        .map(key -> signer.sign(SignRequest.of(key, Duration.ofMinutes(5)), Signing.AT)
                                .reveal())
                        .toList());
    }

    @Test
    void theFirstRowInOrderThatCannotBeSignedIsReportedAndTheLinesBeforeItAreWritten() {
        // Given two wrong rows in different chunks, and after them one that cannot even be read
        StringBuilder manifest = new StringBuilder("key,headers\n");
        for (int line = 2; line < MANY; line++) {
            switch (line) {
                case 3000, 9000 -> manifest.append("k,\"{\"\"versionId\"\":\"\"v\"\"}\"\n");
                case 9001 -> manifest.append(",\n");
                default -> manifest.append("k").append(line).append(",\n");
            }
        }

        // When, Then
        assertThatThrownBy(() -> Signing.rows(Signing.in(UrlFormat.URLS), manifest.toString(), out))
                .isInstanceOf(ManifestRefusedException.class)
                .hasMessageStartingWith("standard input:3000: ")
                .hasMessageContaining("does not choose a version");
        assertThat(out.toString(UTF_8).lines()).hasSize(2998).last().asString().contains("/k2999?");
    }

    @Test
    void aRowThatCannotBeReadIsReportedAfterTheLinesBeforeIt() {
        assertThatThrownBy(() -> Signing.rows(Signing.in(UrlFormat.CSV), "key,size\na,1\nb,x\n", out))
                .isInstanceOf(ManifestRefusedException.class)
                .hasMessageStartingWith("standard input:3: size: ");
        assertThat(out.toString(UTF_8).lines()).hasSize(2);
    }

    @Test
    void aRowWithAUrlIsRefusedWithoutQuotingIt() {
        assertThatThrownBy(() -> Signing.rows(
                        Signing.in(UrlFormat.URLS), "key,url\na,\n,https://h.example/p?sig=not-a-real-one\n", out))
                .isInstanceOf(ManifestRefusedException.class)
                .hasMessageContaining(":3: ")
                .hasMessageContaining("signed already")
                .hasMessageNotContaining("h.example");
    }

    @Test
    void nothingIsWrittenWhereOneOfTheKeysIsWrong() {
        assertThatThrownBy(() -> Signing.in(UrlFormat.CSV).signKeys(List.of("good", "\\bad"), out))
                .isInstanceOf(SigningRefusedException.class);
        assertThatThrownBy(() -> Signing.in(UrlFormat.CURL).signKeys(List.of("good", "a/../../b"), out))
                .isInstanceOf(UnusableNameException.class)
                .hasMessageContaining("..");
        assertThat(out.size()).isZero();
    }

    @Test
    void defaultsThatCannotBeSignedAreRefusedBeforeAnyRowIsRead() {
        Signer oss1 = Scheme.OSS1.signerFor(Signing.STORE);
        for (SignDefaults wrong : List.of(
                defaults(Duration.ZERO, Map.of(), Set.of(), Map.of()),
                defaults(Duration.ofDays(8), Map.of(), Set.of(), Map.of()),
                defaults(Duration.ofHours(1), Map.of("x-oss-version-id", "v"), Set.of(), Map.of()),
                defaults(Duration.ofHours(1), Map.of("a", "b\r\nc: d"), Set.of(), Map.of()),
                defaults(Duration.ofHours(1), Map.of("a", "b"), Set.of("a"), Map.of()), // which oss1 does not know
                defaults(Duration.ofHours(1), Map.of(), Set.of(""), Map.of()),
                defaults(Duration.ofHours(1), Map.of(), Set.of(), Map.of("x-oss-date", "20260101T000000Z")))) {
            assertThatThrownBy(() -> new BulkSigning(oss1, Signing.AT, wrong, UrlFormat.URLS))
                    .isInstanceOf(SigningRefusedException.class)
                    .message()
                    .doesNotContain("\n", "\r");
        }
    }

    private static SignDefaults defaults(
            Duration expires, Map<String, String> headers, Set<String> additional, Map<String, String> params) {
        return new SignDefaults(null, expires, headers, additional, params);
    }

    @Test
    void aRowsOwnHeadersAndParametersReplaceTheDefaultsOfTheirName() throws Exception {
        // Given
        SignDefaults defaults = new SignDefaults(
                "default-version",
                Duration.ofMinutes(5),
                Map.of("X-Oss-A", "default", "x-oss-b", "default"),
                Set.of(),
                Map.of("response-expires", "default", "Response-Expires", "other"));
        BulkSigning signing =
                new BulkSigning(Scheme.OSS4.signerFor(Signing.STORE), Signing.AT, defaults, UrlFormat.JSONL);

        // When
        Signing.rows(signing, """
                {"key":"k","headers":{"x-oss-a":"own"},"params":{"response-expires":"own"},"version_id":"v","expires":7}
                {"key":"k"}
                """, out);

        // Then
        List<String> lines = out.toString(UTF_8).lines().toList();
        assertThat(lines.get(0))
                .contains("\"headers\":{\"x-oss-a\":\"own\",\"x-oss-b\":\"default\"}")
                .contains("Response-Expires=other&", "response-expires=own&", "versionId=v&", "x-oss-expires=7&");
        assertThat(lines.get(1))
                .contains("\"headers\":{\"X-Oss-A\":\"default\",\"x-oss-b\":\"default\"}")
                .contains("response-expires=default&", "versionId=default-version&", "x-oss-expires=300&");
    }
}
