package io.tallyman.manifest;

import static io.tallyman.manifest.ManifestColumn.LABEL_PREFIX;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A manifest as JSON Lines: one object per row, named like the columns of CSV. Null and the empty text say nothing; headers
 * and params are objects, additional_headers is an array.
 */
final class JsonLinesManifestReader implements ManifestReader {
    private final String file;
    private final RowParser rows;
    private final JsonParser json;
    private long lastLine;

    JsonLinesManifestReader(String file, Reader text) throws IOException {
        this.file = file;
        this.rows = new RowParser(file);
        this.json = JsonText.FACTORY.createParser(text);
    }

    @Override
    public String file() {
        return file;
    }

    @Override
    public @Nullable ManifestRow next() throws IOException {
        try {
            JsonToken first = json.nextToken();
            if (first == null) {
                return null;
            }
            if (first != JsonToken.START_OBJECT) {
                throw refused(null, "a row is a JSON object: {\"key\": ...}");
            }
            long line = json.currentTokenLocation().getLineNr();
            if (line == lastLine) {
                throw refused(null, "a second row on one line");
            }
            lastLine = line;
            return row(line);
        } catch (JsonProcessingException malformed) {
            // Its own message quotes the text, which may be a URL.
            long line = malformed.getLocation() == null
                    ? 0
                    : malformed.getLocation().getLineNr();
            throw new ManifestRefusedException(file, line, null, "not valid JSON, or the file ends too early");
        }
    }

    private ManifestRow row(long line) throws IOException {
        Map<ManifestColumn, String> cells = new EnumMap<>(ManifestColumn.class);
        Map<String, String> labels = new HashMap<>();
        Set<String> seen = new HashSet<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            rows.checkColumn(json.currentTokenLocation().getLineNr(), name);
            if (!seen.add(name)) {
                throw refused(name, "the row names this column twice");
            }
            String cell = cell(name, json.nextToken());
            if (cell.isEmpty()) {
                continue;
            }
            if (name.startsWith(LABEL_PREFIX)) {
                labels.put(name.substring(LABEL_PREFIX.length()), cell);
            } else {
                cells.put(ManifestColumn.named(name).orElseThrow(), cell);
            }
        }
        return rows.parse(line, cells, labels);
    }

    private String cell(String name, JsonToken token) throws IOException {
        return switch (token) {
            case VALUE_NULL -> "";
            case VALUE_STRING, VALUE_NUMBER_INT -> json.getText();
            case VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE -> {
                if (!name.startsWith(LABEL_PREFIX)) {
                    throw refused(name, "is neither text nor a whole number");
                }
                yield json.getText();
            }
            case START_OBJECT, START_ARRAY -> {
                if (!isStructure(name)) {
                    throw refused(name, "is neither text nor a number");
                }
                yield JsonText.structure(json);
            }
            default -> throw refused(name, "is no JSON value");
        };
    }

    private static boolean isStructure(String name) {
        return name.equals(ManifestColumn.HEADERS.label())
                || name.equals(ManifestColumn.ADDITIONAL_HEADERS.label())
                || name.equals(ManifestColumn.PARAMS.label());
    }

    private ManifestRefusedException refused(@Nullable String column, String reason) {
        return new ManifestRefusedException(file, json.currentTokenLocation().getLineNr(), column, reason);
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
