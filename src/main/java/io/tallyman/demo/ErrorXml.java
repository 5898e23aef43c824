package io.tallyman.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Turns a refusal into OSS's error document, or for HEAD into its {@code x-oss-err} header. */
final class ErrorXml {
    private ErrorXml() {}

    static Answer answer(Refusal refusal, String requestId, String host, boolean headRequest) {
        byte[] document = document(refusal, requestId, host).getBytes(UTF_8);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-oss-ec", refusal.ec());
        headers.putAll(refusal.headers());
        if (headRequest) {
            headers.put("x-oss-err", Base64.getEncoder().encodeToString(document));
        }
        headers.put("Content-Type", "application/xml");
        return new Answer(refusal.status(), headers, Content.of(document), 0, document.length, 0);
    }

    private static String document(Refusal refusal, String requestId, String host) {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n");
        element(xml, "Code", refusal.code());
        element(xml, "Message", refusal.message());
        element(xml, "RequestId", requestId);
        element(xml, "HostId", host);
        refusal.details().forEach((name, text) -> element(xml, name, text));
        element(xml, "EC", refusal.ec());
        element(xml, "RecommendDoc", "https://api.alibabacloud.com/troubleshoot?q=" + refusal.ec());
        return xml.append("</Error>\n").toString();
    }

    private static void element(StringBuilder xml, String name, String text) {
        xml.append("  <").append(name).append('>');
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> xml.append("&lt;");
                case '>' -> xml.append("&gt;");
                case '&' -> xml.append("&amp;");
                default -> {
                    boolean allowed = c >= 0x20 || c == '\n' || c == '\r' || c == '\t';
                    xml.appendCodePoint(allowed ? c : '\uFFFD');
                }
            }
        });
        xml.append("</").append(name).append(">\n");
    }
}
