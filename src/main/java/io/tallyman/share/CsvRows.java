package io.tallyman.share;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.tallyman.manifest.JsonText;
import io.tallyman.manifest.ManifestRow;
import io.tallyman.sign.SignedUrl;
import java.io.StringWriter;

/** Comma separated values, quoted where they must be. */
final class CsvRows implements UrlWriter {
    static final String HEAD = "key,url,expires_at,method,headers\n";

    private final StringWriter text = new StringWriter();
    private final CsvWriter csv =
            CsvWriter.builder().lineDelimiter(LineDelimiter.LF).bufferSize(0).build(text);

    @Override
    public void write(ManifestRow row, SignedUrl url, StringBuilder out) {
        text.getBuffer().setLength(0);
        csv.writeRecord(
                row.key(),
                url.reveal(),
                String.valueOf(url.expiresAt()),
                "GET",
                url.requiredHeaders().isEmpty() ? "{}" : JsonText.of(RequiredHeaders.of(url)));
        out.append(text.getBuffer());
    }
}
