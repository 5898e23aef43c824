package io.tallyman.job;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tallyman.manifest.ManifestReader;
import io.tallyman.manifest.ManifestRefusedException;
import io.tallyman.manifest.ManifestRow;
import io.tallyman.sign.SignRequest;
import io.tallyman.sign.SignedUrl;
import io.tallyman.sign.Signer;
import io.tallyman.sign.SigningRefusedException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Signs many keys and writes one line for each, in the order of the input; holds no more than one row. For one thread. */
public final class BulkSigning {
    private static final JsonFactory JSON = new JsonFactory();

    /** How a line is written. */
    public enum Format {
        /** The URL alone. */
        URLS,
        /** {@code key}, {@code url}, {@code expires_at}, {@code method} and {@code headers} as one JSON object. */
        JSONL;

        /** The name on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Signer signer;
    private final Instant at;
    private final SignDefaults defaults;
    private final Format format;
    private final PrintStream out;

    /** URLs are signed as of {@code at} and written to {@code out}, which stays open and is not flushed. */
    public BulkSigning(Signer signer, Instant at, SignDefaults defaults, Format format, PrintStream out) {
        this.signer = signer;
        this.at = at;
        this.defaults = defaults;
        this.format = format;
        this.out = out;
    }

    /** Signs these keys; all are checked before the first line is written. */
    public void signKeys(List<String> keys) throws IOException {
        List<SignRequest> requests = keys.stream().map(defaults::request).toList();
        for (SignRequest request : requests) {
            write(request.key(), signer.sign(request, at));
        }
    }

    /**
     * Signs the rows of a manifest file.
     *
     * @throws ManifestRefusedException at the first row that cannot be read or signed; the lines before it have been written
     */
    public void signRows(ManifestReader rows) throws IOException {
        for (ManifestRow row = rows.next(); row != null; row = rows.next()) {
            if (row.url() != null) {
                throw new ManifestRefusedException(
                        rows.file(), row.line(), "url", "is signed already; only keys can be signed");
            }
            SignedUrl url;
            try {
                url = signer.sign(defaults.request(row), at);
            } catch (SigningRefusedException e) {
                throw new ManifestRefusedException(rows.file(), row.line(), null, String.valueOf(e.getMessage()));
            }
            write(row.key(), url);
        }
    }

    private void write(String key, SignedUrl url) throws IOException {
        switch (format) {
            case URLS -> out.print(url.reveal());
            case JSONL -> out.print(json(key, url));
        }
        out.print('\n');
    }

    private static String json(String key, SignedUrl url) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("key", key);
            json.writeStringField("url", url.reveal());
            json.writeStringField("expires_at", String.valueOf(url.expiresAt()));
            json.writeStringField("method", "GET");
            json.writeObjectFieldStart("headers");
            for (Map.Entry<String, String> header : url.requiredHeaders().entrySet()) {
                json.writeStringField(header.getKey(), header.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        return text.toString();
    }
}
