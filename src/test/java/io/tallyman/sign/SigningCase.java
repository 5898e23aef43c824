package io.tallyman.sign;

import io.tallyman.store.Store;
import java.time.Instant;
import java.util.Locale;

/** One generated input of the oracle tests. */
record SigningCase(Store store, SignRequest request, Instant at) {

    /** Whether blanks lie around the value of a header that V4 or V1 signs. */
    boolean hasBlanksAroundSignedHeader() {
        return request.headers().entrySet().stream()
                .filter(header -> isSigned(header.getKey()))
                .anyMatch(header -> !header.getValue().equals(header.getValue().trim()));
    }

    /** Whether blanks lie around the value of a parameter. */
    boolean hasBlanksAroundParam() {
        return request.params().values().stream().anyMatch(value -> !value.equals(value.trim()));
    }

    private boolean isSigned(String header) {
        String lower = header.toLowerCase(Locale.ROOT);
        return lower.startsWith("x-oss-")
                || lower.equals("content-type")
                || lower.equals("content-md5")
                || request.additionalHeaders().stream().anyMatch(header::equalsIgnoreCase);
    }
}
