package io.tallyman.manifest;

import static io.tallyman.manifest.ManifestRefusedException.quoted;

import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Expectations;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes a row of its cells, whatever the file's format: the only place that knows what a cell may hold. */
final class RowParser {
    /** The longest key OSS takes, in UTF-8 bytes. */
    private static final int LONGEST_KEY_BYTES = 1023;
    /** What still fits an index entry of Postgres together with the other columns of the key. */
    private static final int LONGEST_PATH_BYTES = 2000;

    private static final int LONGEST_VERSION_ID_BYTES = 256;
    private static final Map<ManifestColumn, ChecksumAlgorithm> CHECKSUMS = Map.of(
            ManifestColumn.CRC64, ChecksumAlgorithm.CRC64,
            ManifestColumn.MD5, ChecksumAlgorithm.MD5,
            ManifestColumn.SHA1, ChecksumAlgorithm.SHA1,
            ManifestColumn.SHA256, ChecksumAlgorithm.SHA256,
            ManifestColumn.SHA512, ChecksumAlgorithm.SHA512);

    private final String file;

    RowParser(String file) {
        this.file = file;
    }

    /** Refuses a name that is neither a column nor a label. */
    void checkColumn(long line, String name) {
        checkText(line, name, name);
        if (name.startsWith(ManifestColumn.LABEL_PREFIX)) {
            if (name.length() == ManifestColumn.LABEL_PREFIX.length()) {
                throw new ManifestRefusedException(file, line, name, "a label needs a name after the point");
            }
        } else if (ManifestColumn.named(name).isEmpty()) {
            throw new ManifestRefusedException(file, line, name, ManifestColumn.unknown(name));
        }
    }

    /** The row of these cells; absent columns say nothing, and no cell is empty. */
    ManifestRow parse(long line, Map<ManifestColumn, String> cells, Map<String, String> labels) {
        cells.forEach((column, cell) -> checkText(line, column.label(), cell));
        labels.forEach((name, cell) -> checkText(line, ManifestColumn.LABEL_PREFIX + name, cell));
        Row row = new Row(line, cells);
        @Nullable String url = cells.get(ManifestColumn.URL);
        String key = url == null ? row.key() : row.keyOf(url);
        @Nullable String path = cells.get(ManifestColumn.PATH);
        return new ManifestRow(
                line,
                key,
                url,
                row.get(ManifestColumn.VERSION_ID, text -> atMost(LONGEST_VERSION_ID_BYTES, text), ""),
                row.expectations(),
                row.path(path, url, key),
                row.get(ManifestColumn.PRIORITY, Cells::priority, 0),
                row.find(ManifestColumn.EXPIRES, Cells::expires),
                row.headers(url != null),
                row.get(ManifestColumn.ADDITIONAL_HEADERS, Cells::headerNames, List.of()),
                row.get(ManifestColumn.PARAMS, Cells::params, Map.of()),
                labels.isEmpty() ? Map.of() : Map.copyOf(labels));
    }

    /** Postgres holds neither NUL nor half a surrogate pair, and JSON can write both. */
    private void checkText(long line, String column, String text) {
        for (int index = 0; index < text.length(); index++) {
            char current = text.charAt(index);
            if (current == 0) {
                throw new ManifestRefusedException(file, line, column, "holds a NUL character");
            }
            if (Character.isSurrogate(current)) {
                if (index + 1 == text.length() || !Character.isSurrogatePair(current, text.charAt(index + 1))) {
                    throw new ManifestRefusedException(file, line, column, "holds half a surrogate pair");
                }
                index++;
            }
        }
    }

    private static String atMost(int longestBytes, String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > longestBytes) {
            throw new IllegalArgumentException(
                    "is %d bytes long, at most %d are possible".formatted(bytes, longestBytes));
        }
        return text;
    }

    /** The cells of one row, with refusals that know the line. */
    private final class Row {
        private final long line;
        private final Map<ManifestColumn, String> cells;

        Row(long line, Map<ManifestColumn, String> cells) {
            this.line = line;
            this.cells = cells;
        }

        <T> @Nullable T find(ManifestColumn column, Function<String, T> parse) {
            String cell = cells.get(column);
            return cell == null ? null : check(column, () -> parse.apply(cell));
        }

        <T> T get(ManifestColumn column, Function<String, T> parse, T otherwise) {
            T found = find(column, parse);
            return found == null ? otherwise : found;
        }

        private <T> T check(ManifestColumn column, Supplier<T> value) {
            try {
                return value.get();
            } catch (IllegalArgumentException reason) {
                throw refused(column, String.valueOf(reason.getMessage()));
            }
        }

        String key() {
            String key = cells.get(ManifestColumn.KEY);
            if (key == null) {
                throw new ManifestRefusedException(file, line, null, "the row has neither a key nor a url");
            }
            if (key.startsWith("/") || key.startsWith("\\")) {
                throw refused(ManifestColumn.KEY, quoted(key) + " starts with a slash, which OSS has in no key");
            }
            return check(ManifestColumn.KEY, () -> atMost(LONGEST_KEY_BYTES, key));
        }

        /** A URL signed by somebody else leaves nothing of the request to choose but headers that were signed. */
        String keyOf(String url) {
            if (cells.containsKey(ManifestColumn.KEY)) {
                throw new ManifestRefusedException(file, line, null, "the row has both a key and a url");
            }
            for (ManifestColumn column : List.of(
                    ManifestColumn.VERSION_ID,
                    ManifestColumn.EXPIRES,
                    ManifestColumn.ADDITIONAL_HEADERS,
                    ManifestColumn.PARAMS)) {
                if (cells.containsKey(column)) {
                    throw refused(column, "means nothing beside a url, which is signed as it stands");
                }
            }
            return check(ManifestColumn.URL, () -> atMost(LONGEST_PATH_BYTES, ForeignUrl.withoutSignature(url)));
        }

        /** Beside a URL of others there are none that the download decides on itself. */
        Map<String, String> headers(boolean besideUrl) {
            Map<String, String> headers = get(ManifestColumn.HEADERS, Cells::headers, Map.of());
            for (String name : headers.keySet()) {
                if (besideUrl && OwnHeaders.contains(name)) {
                    throw refused(ManifestColumn.HEADERS, "names " + name + ", which the download itself decides on");
                }
            }
            return headers;
        }

        String path(@Nullable String path, @Nullable String url, String key) {
            if (path != null) {
                return check(ManifestColumn.PATH, () -> atMost(LONGEST_PATH_BYTES, path));
            }
            return url == null ? key : check(ManifestColumn.URL, () -> ForeignUrl.path(url));
        }

        Expectations expectations() {
            @Nullable Long size = find(ManifestColumn.SIZE, Cells::size);
            if (Collections.disjoint(cells.keySet(), CHECKSUMS.keySet())) {
                return size == null ? Expectations.NONE : new Expectations(size, Map.of());
            }
            Map<ChecksumAlgorithm, String> checksums = new EnumMap<>(ChecksumAlgorithm.class);
            CHECKSUMS.forEach((column, algorithm) -> {
                String checksum = find(column, text -> Cells.checksum(algorithm, text));
                if (checksum != null) {
                    checksums.put(algorithm, checksum);
                }
            });
            return new Expectations(size, checksums);
        }

        private ManifestRefusedException refused(ManifestColumn column, String reason) {
            return new ManifestRefusedException(file, line, column.label(), reason);
        }
    }
}
