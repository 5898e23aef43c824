package io.tallyman.sign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Where an official SDK is wrong, why, and how to tell; in these cases it must differ from us, in all others it must not. */
enum SdkDefect {
    /**
     * SDK v2 signs blanks around a header's value. HTTP takes them off (RFC 9110, 5.5), so the server sees another value than was
     * signed; Go and SDK v1 trim.
     */
    V2_SIGNS_BLANKS_AROUND_HEADERS {
        @Override
        boolean appliesTo(SigningCase input) {
            return input.hasBlanksAroundSignedHeader();
        }
    },

    /**
     * SDK v1 trims the values of parameters in the canonical request and not in the URL, so the server computes another signature
     * from the URL than stands in it.
     */
    V1_TRIMS_PARAMS_ONLY_WHERE_IT_SIGNS {
        @Override
        boolean appliesTo(SigningCase input) {
            return input.hasBlanksAroundParam();
        }
    },

    /**
     * SDK v2's list of V1 sub-resources lacks every {@code x-oss-*}, so traffic limits, access limits and processing are not signed;
     * Go, Python and SDK v1 sign them.
     */
    V2_SIGNS_NO_OSS_PARAMS_IN_V1 {
        @Override
        boolean appliesTo(SigningCase input) {
            return input.request().params().keySet().stream().anyMatch(name -> name.startsWith("x-oss-"));
        }
    },

    /** SDK v1 signs an empty sub-resource as {@code acl=}; OSS's own description and every other SDK sign the bare {@code acl}. */
    V1_SIGNS_AN_EQUALS_SIGN_AFTER_BARE_NAMES_IN_V1 {
        @Override
        boolean appliesTo(SigningCase input) {
            return input.request().params().entrySet().stream()
                    .anyMatch(param -> param.getValue().isEmpty() && isSubResource(param.getKey()));
        }

        private static boolean isSubResource(String name) {
            return name.startsWith("x-oss-")
                    || name.startsWith("response-")
                    || Set.of("acl", "symlink", "objectMeta", "tagging").contains(name);
        }
    };

    abstract boolean appliesTo(SigningCase input);

    /** The same URL once decoded, unless one of the defects applies: then another signature. */
    static void expect(SigningCase input, String signature, DecodedUrl ours, DecodedUrl theirs, SdkDefect... defects) {
        List<SdkDefect> applying =
                Stream.of(defects).filter(defect -> defect.appliesTo(input)).toList();
        if (applying.isEmpty()) {
            assertThat(ours).as("%s", input).isEqualTo(theirs);
        } else {
            assertThat(ours.query().get(signature))
                    .as("%s no longer so for %s", applying, input)
                    .isNotEqualTo(theirs.query().get(signature));
        }
    }
}
