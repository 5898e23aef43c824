package io.tallyman.ledger;

import io.tallyman.manifest.ManifestReader;
import io.tallyman.manifest.ManifestRow;
import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Expectations;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A manifest of any length, of small objects with keys, sizes and checksums. */
final class GeneratedRows implements ManifestReader {
    private final int rows;
    private final String folder;
    private int row;

    GeneratedRows(int rows, String folder) {
        this.rows = rows;
        this.folder = folder;
    }

    @Override
    public String file() {
        return "generated";
    }

    @Override
    public @Nullable ManifestRow next() {
        if (row == rows) {
            return null;
        }
        row++;
        String key = "%s/2026/01/part-%04d/object-%08d.bin".formatted(folder, row / 1000, row);
        return new ManifestRow(
                row,
                key,
                null,
                "",
                new Expectations(
                        4096L, Map.of(ChecksumAlgorithm.CRC64, Long.toUnsignedString(row * 0x9E3779B97F4A7C15L))),
                key,
                0,
                null,
                Map.of(),
                List.of(),
                Map.of(),
                Map.of());
    }

    @Override
    public void close() {}
}
