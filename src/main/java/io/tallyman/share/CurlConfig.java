package io.tallyman.share;

import io.tallyman.manifest.ManifestRow;
import io.tallyman.sign.SignedUrl;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file for {@code curl -K}. Options and headers hold for all URLs up to the next {@code next}, so one is written
 * where the headers change and at the writer's start, which knows nothing of what stands before it.
 */
final class CurlConfig implements UrlWriter {
    /** {@code globoff} takes brackets as they are, {@code path-as-is} the dots in a path; both are part of keys. */
    static final String HEAD =
            "# For curl 7.42 or newer: curl -K FILE, or several at a time: curl --parallel -K FILE\n";

    private static final String BLOCK = "next\nfail\ncreate-dirs\ngloboff\npath-as-is\n";

    private @Nullable Map<String, String> headers;

    @Override
    public void write(ManifestRow row, SignedUrl url, StringBuilder out) {
        String name = FileName.of(row);
        if (!url.requiredHeaders().equals(headers)) {
            headers = url.requiredHeaders();
            out.append(BLOCK);
            RequiredHeaders.of(url).forEach((header, value) -> option(out, "header", header + ": " + value));
        }
        option(out, "url", url.reveal());
        // A lone dash would be standard output.
        option(out, "output", name.equals("-") ? "./-" : name);
    }

    /** Inside quotes a backslash and a quote are escaped by a backslash; nothing else need be. */
    private static void option(StringBuilder out, String option, String value) {
        out.append(option).append(" = \"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\');
            }
            out.append(c);
        }
        out.append("\"\n");
    }
}
