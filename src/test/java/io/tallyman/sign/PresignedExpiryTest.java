package io.tallyman.sign;

import static org.assertj.core.api.Assertions.assertThat;

import com.aliyun.oss.common.comm.SignVersion;
import com.aliyun.sdk.service.oss2.signer.SignerV1;
import com.aliyun.sdk.service.oss2.signer.SignerV4;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresignedExpiryTest {
    private static final int INPUTS = 2_000;
    private static final String OSS4 =
            "https://b.oss-cn-hangzhou.aliyuncs.com/k?x-oss-date=20260301T120000Z&x-oss-expires=600&x-oss-signature=00";
    private static final String OSS1 = "https://b.example/k?Expires=1772366400&OSSAccessKeyId=id&Signature=s%3D";
    private static final String S3 =
            "https://b.example/k?X-Amz-Date=20260301T120000Z&X-Amz-Expires=600&X-Amz-Signature=0";

    @Test
    void urlsOfOurOwnSignersParseToTheirExpiry() {
        SigningCases cases = new SigningCases(Seed.announced());
        for (int i = 0; i < INPUTS; i++) {
            SigningCase four = cases.next(true);
            SignedUrl url = new Oss4Signer(four.store()).sign(four.request(), four.at());
            assertThat(PresignedExpiry.of(url.reveal())).isEqualTo(url.expiresAt());

            SigningCase one = cases.next(false);
            url = new Oss1Signer(one.store()).sign(one.request(), one.at());
            assertThat(PresignedExpiry.of(url.reveal())).isEqualTo(url.expiresAt());
        }
    }

    @Test
    void urlsOfTheNewerSdkParseToTheirExpiry() {
        SigningCases cases = new SigningCases(Seed.announced());
        try (SdkV2 four = new SdkV2(new SignerV4());
                SdkV2 one = new SdkV2(new SignerV1())) {
            for (int i = 0; i < INPUTS; i++) {
                SigningCase input = cases.next(false);
                Instant end = Instant.ofEpochSecond(input.at().getEpochSecond())
                        .plus(input.request().expires());

                assertThat(PresignedExpiry.of(four.sign(input))).isEqualTo(end);
                assertThat(PresignedExpiry.of(one.sign(input))).isEqualTo(end);
            }
        }
    }

    @Test
    void urlsOfTheOlderSdkParseToTheirExpiry() {
        SigningCases cases = new SigningCases(Seed.announced());
        try (SdkV1 four = new SdkV1(SignVersion.V4);
                SdkV1 one = new SdkV1(SignVersion.V1)) {
            for (int i = 0; i < INPUTS; i++) {
                SigningCase input = cases.next(false);
                Instant end = input.at().plus(input.request().expires());
                // Some seconds below the longest life, which the rounding below must not exceed.
                Instant soon = Instant.now()
                        .plusSeconds(Math.min(604_700, input.request().expires().toSeconds()));

                assertThat(PresignedExpiry.of(one.sign(input.store(), input.request(), end)))
                        .isEqualTo(Instant.ofEpochSecond(end.getEpochSecond()));
                // It signs as of its own clock and rounds down what is left, by less than two seconds in all.
                Instant parsed = PresignedExpiry.of(four.sign(input.store(), input.request(), soon.plusSeconds(2)));
                assertThat(parsed).isBetween(soon.minusSeconds(1), soon.plusSeconds(2));
            }
        }
    }

    @Test
    void theThreeFormsAreRead() {
        assertThat(PresignedExpiry.of(OSS4)).isEqualTo("2026-03-01T12:10:00Z");
        assertThat(PresignedExpiry.of(S3)).isEqualTo("2026-03-01T12:10:00Z");
        assertThat(PresignedExpiry.of(OSS1)).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(PresignedExpiry.of(OSS1.replace("OSS", "AWS"))).isEqualTo("2026-03-01T12:00:00Z");
    }

    @Test
    void namesAndValuesMayBePercentEncodedAndAFragmentIsNoParameter() {
        assertThat(PresignedExpiry.of(
                        OSS4.replace("x-oss-date", "x%2Doss%2d%64ate").replace("=600", "=%36%30%30")))
                .isEqualTo("2026-03-01T12:10:00Z");
        assertThat(PresignedExpiry.of(OSS4 + "#&x-oss-expires=1")).isEqualTo("2026-03-01T12:10:00Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?",
                "https://b.example/k",
                "https://b.example/k?",
                "https://b.example/k?Expires=1772366400",
                "https://b.example/k?Expires=1772366400&Signature=s",
                "https://b.example/k?Expires=later&OSSAccessKeyId=id&Signature=s",
                "https://b.example/k?Expires=-1&OSSAccessKeyId=id&Signature=s",
                "https://b.example/k?Expires=99999999999999999&OSSAccessKeyId=id&Signature=s",
                "https://b.example/k?Expires=١&OSSAccessKeyId=id&Signature=s",
                "https://b.example/k?Expires&OSSAccessKeyId=id&Signature=s",
                "https://b.example/k?Expires=%zz&OSSAccessKeyId=id&Signature=s",
                "https://b.example/k?Expires=%ff%fe&OSSAccessKeyId=id&Signature=s",
                "https://b.example/k?Expires=1&Expires=2&OSSAccessKeyId=id&Signature=s",
                "https://b.example/k?Expires=1&%45xpires=2&OSSAccessKeyId=id&Signature=s",
                "https://b.example/k?x-oss-date=20260301T120000Z&x-oss-expires=600",
                "https://b.example/k?x-oss-expires=600&x-oss-signature=0",
                "https://b.example/k?x-oss-date=20260301T120000Z&x-oss-expires=0&x-oss-signature=0",
                "https://b.example/k?x-oss-date=20260301T120000Z&x-oss-expires=604801&x-oss-signature=0",
                "https://b.example/k?x-oss-date=20260230T120000Z&x-oss-expires=600&x-oss-signature=0",
                "https://b.example/k?x-oss-date=20260301&x-oss-expires=600&x-oss-signature=0",
                "https://b.example/k?x-oss-date=2026-03-01T12:00:00Z&x-oss-expires=600&x-oss-signature=0"
            })
    void whatDoesNotSayOrCannotBeReadHasNoExpiry(String url) {
        assertThat(PresignedExpiry.of(url)).isNull();
    }

    @Test
    void twoSignaturesContradictEachOther() {
        assertThat(PresignedExpiry.of(OSS4 + "&" + OSS1.substring(OSS1.indexOf('?') + 1)))
                .isNull();
        assertThat(PresignedExpiry.of(OSS4 + "&" + S3.substring(S3.indexOf('?') + 1)))
                .isNull();
    }

    @Test
    void theOrderOfParametersDoesNotMatterAndNoGarbageThrows() {
        Random random = new Random(Seed.announced());
        List<String> parameters = new ArrayList<>(List.of(OSS4.substring(OSS4.indexOf('?') + 1)
                .concat("&versionId=v%2F1&response-expires=x&Expires=12&unlisted&&=&%")
                .split("&", -1)));
        for (int i = 0; i < INPUTS; i++) {
            Collections.shuffle(parameters, random);
            String url = "https://b.example/k?" + String.join("&", parameters);
            assertThat(PresignedExpiry.of(url)).isEqualTo("2026-03-01T12:10:00Z");

            byte[] garbled = url.getBytes(StandardCharsets.UTF_8);
            for (int j = 1 + random.nextInt(5); j > 0; j--) {
                garbled[random.nextInt(garbled.length)] = (byte) random.nextInt(256);
            }
            // Returns at all, whatever it is.
            PresignedExpiry.of(new String(garbled, StandardCharsets.UTF_8));
            PresignedExpiry.of(new String(garbled, StandardCharsets.ISO_8859_1));
        }
    }
}
