package io.tallyman.share;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tallyman.manifest.ManifestRow;
import io.tallyman.sign.SignedUrl;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** One JSON object a line. */
final class JsonLines implements UrlWriter {
    private static final JsonFactory JSON = new JsonFactory();

    @Override
    public void write(ManifestRow row, SignedUrl url, StringBuilder out) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("key", row.key());
            json.writeStringField("url", url.reveal());
            json.writeStringField("expires_at", String.valueOf(url.expiresAt()));
            json.writeStringField("method", "GET");
            json.writeObjectFieldStart("headers");
            for (Map.Entry<String, String> header : RequiredHeaders.of(url).entrySet()) {
                json.writeStringField(header.getKey(), header.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        out.append(text.getBuffer()).append('\n');
    }
}
