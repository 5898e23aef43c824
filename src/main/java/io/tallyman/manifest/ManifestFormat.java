package io.tallyman.manifest;

import java.util.Locale;
import java.util.Optional;

/** How a manifest file is written. */
public enum ManifestFormat {
    /** Comma separated (RFC 4180) with a header line. */
    CSV,
    /** One JSON object per line. */
    JSONL,
    /** One URL per line, signed by somebody else, and nothing more; each goes where its file name says. */
    URLS;

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The format a file's name tells by its ending, {@code .gz} aside; empty where it tells none. */
    static Optional<ManifestFormat> ofName(String file) {
        String name = file.toLowerCase(Locale.ROOT);
        String plain = name.endsWith(".gz") ? name.substring(0, name.length() - ".gz".length()) : name;
        if (plain.endsWith(".csv")) {
            return Optional.of(CSV);
        }
        if (plain.endsWith(".jsonl") || plain.endsWith(".ndjson")) {
            return Optional.of(JSONL);
        }
        return Optional.empty();
    }
}
