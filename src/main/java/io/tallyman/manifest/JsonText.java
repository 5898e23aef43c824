package io.tallyman.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The small JSON values that rows carry in cells and in jsonb columns: flat objects and arrays of text. */
public final class JsonText {
    private static final int LONGEST_TEXT = 1 << 20;

    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LONGEST_TEXT)
                    .maxNestingDepth(8)
                    .build())
            .build();

    private JsonText() {}

    /**
     * A flat object, in its order.
     *
     * @throws IllegalArgumentException with the reason, which does not quote the text
     */
    public static Map<String, String> toMap(String text) {
        try (JsonParser json = FACTORY.createParser(text)) {
            Map<String, String> values = new LinkedHashMap<>();
            expect(json.nextToken() == JsonToken.START_OBJECT, "is not a JSON object such as {\"name\": \"value\"}");
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                expect(json.nextToken().isScalarValue(), "holds a value that is neither text nor a number");
                String value = json.currentToken() == JsonToken.VALUE_NULL ? "" : json.getText();
                expect(values.put(name, value) == null, "names " + ManifestRefusedException.quoted(name) + " twice");
            }
            expect(json.nextToken() == null, "goes on after the JSON object");
            return Collections.unmodifiableMap(values);
        } catch (IOException malformed) {
            throw new IllegalArgumentException("is not valid JSON");
        }
    }

    /**
     * An array of text, in its order.
     *
     * @throws IllegalArgumentException with the reason, which does not quote the text
     */
    public static List<String> toList(String text) {
        try (JsonParser json = FACTORY.createParser(text)) {
            List<String> values = new ArrayList<>();
            expect(json.nextToken() == JsonToken.START_ARRAY, "is not a JSON array such as [\"name\"]");
            while (json.nextToken() != JsonToken.END_ARRAY) {
                expect(json.currentToken() == JsonToken.VALUE_STRING, "holds a value that is no text");
                values.add(json.getText());
            }
            expect(json.nextToken() == null, "goes on after the JSON array");
            return List.copyOf(values);
        } catch (IOException malformed) {
            throw new IllegalArgumentException("is not valid JSON");
        }
    }

    /** The object as JSON on one line. */
    public static String of(Map<String, String> values) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            for (Map.Entry<String, String> value : values.entrySet()) {
                json.writeStringField(value.getKey(), value.getValue());
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    /** The object or array the parser stands at, as text; moves the parser to its end. */
    static String structure(JsonParser parser) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.copyCurrentStructure(parser);
        }
        return text.toString();
    }

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
