package io.tallyman.sign;

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
    };

    abstract boolean appliesTo(SigningCase input);
}
