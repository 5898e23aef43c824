package io.tallyman.sign;

import com.aliyun.oss.common.comm.SignVersion;
import com.aliyun.sdk.service.oss2.signer.SignerV1;
import io.tallyman.store.Store;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** V1 against both official SDKs: the same signature, and the same URL once decoded, for every generated input. */
class Oss1OracleTest {
    private static final int INPUTS = 10_000;

    private final Map<Store, Signer> signers = new HashMap<>();

    @Test
    void signsWhatTheNewerSdkSigns() {
        SigningCases cases = new SigningCases(Seed.announced());
        try (SdkV2 sdk = new SdkV2(new SignerV1())) {
            for (int i = 0; i < INPUTS; i++) {
                SigningCase input = cases.next(false);

                SdkDefect.expect(
                        input,
                        "Signature",
                        ours(input),
                        DecodedUrl.of(sdk.sign(input)),
                        SdkDefect.V2_SIGNS_BLANKS_AROUND_HEADERS,
                        SdkDefect.V2_SIGNS_NO_OSS_PARAMS_IN_V1);
            }
        }
    }

    @Test
    void signsWhatTheOlderSdkSigns() {
        SigningCases cases = new SigningCases(Seed.announced());
        try (SdkV1 sdk = new SdkV1(SignVersion.V1)) {
            for (int i = 0; i < INPUTS; i++) {
                SigningCase input = cases.next(false);

                String theirs = sdk.sign(
                        input.store(),
                        input.request(),
                        input.at().plus(input.request().expires()));

                SdkDefect.expect(
                        input,
                        "Signature",
                        ours(input),
                        DecodedUrl.of(theirs),
                        SdkDefect.V1_SIGNS_AN_EQUALS_SIGN_AFTER_BARE_NAMES_IN_V1);
            }
        }
    }

    private DecodedUrl ours(SigningCase input) {
        return DecodedUrl.of(signers.computeIfAbsent(input.store(), Oss1Signer::new)
                .sign(input.request(), input.at())
                .reveal());
    }
}
