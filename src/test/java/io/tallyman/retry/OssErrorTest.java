package io.tallyman.retry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OssErrorTest {
    private static final String DOCUMENT = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Error>
              <Code>SignatureDoesNotMatch</Code>
              <Message>The request signature we calculated
            does not match &amp; so on.</Message>
              <RequestId>5C3D9175B6FC201293AD****</RequestId>
              <HostId>bucket.oss-cn-hangzhou.aliyuncs.com</HostId>
              <OSSAccessKeyId>canary-id</OSSAccessKeyId>
              <SignatureProvided>canary-signature</SignatureProvided>
              <StringToSign><Nested>canary</Nested></StringToSign>
              <EC>0002-00000040</EC>
              <RecommendDoc>https://example.invalid</RecommendDoc>
            </Error>
            """;

    @Test
    void readsWhatMayBeKeptAndNothingElse() {
        OssError error = OssError.parse(DOCUMENT.getBytes(UTF_8));

        assertThat(error)
                .isEqualTo(new OssError(
                        "SignatureDoesNotMatch",
                        "The request signature we calculated does not match & so on.",
                        "5C3D9175B6FC201293AD****",
                        "0002-00000040",
                        null));
        assertThat(error.toString()).doesNotContain("canary");
    }

    @Test
    void readsTheSameFromTheHeader() {
        String header = Base64.getEncoder().encodeToString(DOCUMENT.getBytes(UTF_8));

        assertThat(OssError.parseHeader(header)).isEqualTo(OssError.parse(DOCUMENT.getBytes(UTF_8)));
        assertThat(OssError.parseHeader(null)).isEqualTo(OssError.NONE);
        assertThat(OssError.parseHeader("not base64!")).isEqualTo(OssError.NONE);
    }

    @Test
    void keepsWhatCameBeforeADocumentBreaksOff() {
        OssError error = OssError.parse("<Error><Code>NoSuchKey</Code><Message>gone".getBytes(UTF_8));

        assertThat(error.code()).isEqualTo("NoSuchKey");
        assertThat(error.message()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "404 page not found",
                "<html><Code>NoSuchKey</Code></html>",
                "<Error",
                "<Error/>",
                "<Error><Code></Code></Error>",
                "<Error><Other><Code>NoSuchKey</Code></Other></Error>",
                "{\"Code\":\"NoSuchKey\"}",
                "\u0000\u0001\u0002",
            })
    void anythingElseIsNoError(String document) {
        assertThat(OssError.parse(document.getBytes(UTF_8))).isEqualTo(OssError.NONE);
    }

    @Test
    void readsNoFileAndExpandsNoEntity(@TempDir Path directory) throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "canary");
        String external =
                "<!DOCTYPE Error [<!ENTITY x SYSTEM \"" + secret.toUri() + "\">]><Error><Code>&x;</Code></Error>";
        String bomb =
                "<!DOCTYPE Error [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><Error><Code>&b;</Code></Error>";

        assertThat(OssError.parse(external.getBytes(UTF_8)).toString()).doesNotContain("canary");
        assertThat(OssError.parse(bomb.getBytes(UTF_8)).toString()).doesNotContain("aaaa");
    }

    @Test
    void doesNotReadWhatIsTooLargeAndCutsWhatIsTooLong() {
        String filling = "x".repeat(OssError.MAX_BYTES);
        String longMessage = "<Error><Message>" + "x".repeat(10_000) + "</Message></Error>";

        assertThat(OssError.parse(("<Error><Code>A</Code><Message>" + filling + "</Message></Error>").getBytes(UTF_8)))
                .isEqualTo(OssError.NONE);
        assertThat(OssError.parse(longMessage.getBytes(UTF_8)).message()).hasSizeBetween(400, 600);
    }

    @Test
    void randomBytesNeverThrow() {
        long seed = Long.getLong("tallyman.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] document = DOCUMENT.getBytes(UTF_8);
        for (int round = 0; round < 2_000; round++) {
            byte[] damaged = document.clone();
            for (int i = 0; i < 3; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            assertThat(OssError.parse(damaged)).as("seed %d", seed).isNotNull();
        }
    }
}
