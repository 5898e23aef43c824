package io.tallyman.demo;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An error answer of the stand-in, in OSS's words.
 *
 * @param code OSS's error code such as {@code NoSuchKey}
 * @param ec OSS's fine-grained error code, also sent as {@code x-oss-ec}
 * @param details further XML elements, in order
 * @param headers further answer headers
 */
record Refusal(
        int status, String code, String message, String ec, Map<String, String> details, Map<String, String> headers) {

    static Refusal of(int status, String code, String message, String ec) {
        return new Refusal(status, code, message, ec, Map.of(), Map.of());
    }

    Refusal withDetail(String element, String text) {
        Map<String, String> more = new LinkedHashMap<>(details);
        more.put(element, text);
        return new Refusal(status, code, message, ec, more, headers);
    }

    Refusal withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Refusal(status, code, message, ec, details, more);
    }

    RequestRefusedException asException() {
        return new RequestRefusedException(this);
    }
}
