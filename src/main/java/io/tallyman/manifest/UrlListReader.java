package io.tallyman.manifest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A plain list of URLs, one a line; blank lines and blanks around a URL say nothing. */
final class UrlListReader implements ManifestReader {
    private final String file;
    private final BufferedReader lines;
    private long line;

    UrlListReader(String file, Reader text) {
        this.file = file;
        this.lines = new BufferedReader(text);
    }

    @Override
    public String file() {
        return file;
    }

    @Override
    public @Nullable ManifestRow next() throws IOException {
        for (String text = lines.readLine(); text != null; text = lines.readLine()) {
            line++;
            String url = text.strip();
            if (!url.isEmpty()) {
                return UrlRow.of(file, line, url, Map.of());
            }
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
