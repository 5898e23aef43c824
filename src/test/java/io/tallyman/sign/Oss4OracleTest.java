package io.tallyman.sign;

import com.aliyun.oss.common.comm.SignVersion;
import com.aliyun.sdk.service.oss2.signer.SignerV4;
import io.tallyman.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** V4 against both official SDKs: the same signature, and the same URL once decoded, for every generated input. */
class Oss4OracleTest {
    private static final int INPUTS = 10_000;
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Map<Store, Signer> signers = new HashMap<>();

    @Test
    void signsWhatTheNewerSdkSigns() {
        SigningCases cases = new SigningCases(Seed.announced());
        try (SdkV2 sdk = new SdkV2(new SignerV4())) {
            for (int i = 0; i < INPUTS; i++) {
                SigningCase input = cases.next(true);

                DecodedUrl theirs = DecodedUrl.of(sdk.sign(input));
                DecodedUrl ours = ours(input.store(), input.request(), input.at());

                SdkDefect.expect(input, "x-oss-signature", ours, theirs, SdkDefect.V2_SIGNS_BLANKS_AROUND_HEADERS);
            }
        }
    }

    @Test
    void signsWhatTheOlderSdkSigns() {
        SigningCases cases = new SigningCases(Seed.announced());
        try (SdkV1 sdk = new SdkV1(SignVersion.V4)) {
            for (int i = 0; i < INPUTS; i++) {
                SigningCase input = cases.next(true);

                // It reads the wall clock twice and rounds down: ask for half a second more, and sign as of the time it
                // took.
                Instant expiration =
                        Instant.now().plus(input.request().expires()).plusMillis(500);
                DecodedUrl theirs = DecodedUrl.of(sdk.sign(input.store(), input.request(), expiration));
                Instant at = Instant.from(ISO.parse(theirs.query().get("x-oss-date")));
                Duration expires =
                        Duration.ofSeconds(Long.parseLong(theirs.query().get("x-oss-expires")));
                if (expires.isZero()) {
                    continue;
                }
                DecodedUrl ours = ours(input.store(), expiringIn(expires, input.request()), at);

                SdkDefect.expect(input, "x-oss-signature", ours, theirs, SdkDefect.V1_TRIMS_PARAMS_ONLY_WHERE_IT_SIGNS);
            }
        }
    }

    private DecodedUrl ours(Store store, SignRequest request, Instant at) {
        return DecodedUrl.of(signers.computeIfAbsent(store, Oss4Signer::new)
                .sign(request, at)
                .reveal());
    }

    private static SignRequest expiringIn(Duration expires, SignRequest request) {
        return new SignRequest(
                request.key(),
                request.versionId(),
                expires,
                request.headers(),
                request.additionalHeaders(),
                request.params());
    }
}
