package io.tallyman.demo;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the stand-in wants to say, before any fault and without framing.
 *
 * @param headers in order; neither Content-Length nor Transfer-Encoding
 * @param content where the body comes from
 * @param offset first byte of the body in {@code content}
 * @param lengthBytes length of the body
 * @param bitsPerSecond rate limit of the body; 0 for none
 */
record Answer(
        int status, Map<String, String> headers, Content content, long offset, long lengthBytes, long bitsPerSecond) {

    Answer withHeader(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(headers);
        changed.put(name, value);
        return new Answer(status, changed, content, offset, lengthBytes, bitsPerSecond);
    }

    Answer withHeaders(Map<String, String> more) {
        Map<String, String> changed = new LinkedHashMap<>(more);
        changed.putAll(headers);
        return new Answer(status, changed, content, offset, lengthBytes, bitsPerSecond);
    }

    Answer withoutHeader(String name) {
        Map<String, String> changed = new LinkedHashMap<>(headers);
        changed.remove(name);
        return new Answer(status, changed, content, offset, lengthBytes, bitsPerSecond);
    }

    Answer withBody(int newStatus, Content newContent, long newOffset, long newLengthBytes) {
        return new Answer(newStatus, headers, newContent, newOffset, newLengthBytes, bitsPerSecond);
    }
}
