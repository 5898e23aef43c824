package io.tallyman.sign;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;

/** The headers' part of a V4 canonical request. */
final class CanonicalHeaders {
    private static final Set<String> SIGNED_BY_DEFAULT = Set.of("content-type", "content-md5");

    private CanonicalHeaders() {}

    /** One line for each signed header, an empty line, and the names of the additional ones. */
    static byte[] of(SignRequest request) {
        String lines = request.headers().entrySet().stream()
                .filter(header -> isSignedByDefault(header.getKey())
                        || request.additionalHeaders().contains(header.getKey()))
                .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                .collect(Collectors.joining());
        return (lines + "\n" + additional(request)).getBytes(StandardCharsets.UTF_8);
    }

    /** The names that are signed only because they were asked for, joined as the query parameter carries them. */
    static String additional(SignRequest request) {
        return request.additionalHeaders().stream()
                .filter(name -> !isSignedByDefault(name))
                .collect(Collectors.joining(";"));
    }

    private static boolean isSignedByDefault(String name) {
        return name.startsWith("x-oss-") || SIGNED_BY_DEFAULT.contains(name);
    }
}
