package io.tallyman.manifest;

import java.util.EnumMap;
import java.util.Map;

/** Rows for URLs that stand alone, on a command line or one a line in a file. */
public final class UrlRow {
    private UrlRow() {}

    /**
     * A row for a URL that somebody else signed. Where the other cells name no path it goes where the last segment of the URL's decoded
     * path says, whatever folders come before.
     *
     * @param file where it was read, for refusals
     * @param line the same
     * @param others what else is known, as the cells of a manifest would write it
     * @throws ManifestRefusedException where the URL or a cell cannot be taken; never quotes the URL
     */
    public static ManifestRow of(String file, long line, String url, Map<ManifestColumn, String> others) {
        Map<ManifestColumn, String> cells = new EnumMap<>(ManifestColumn.class);
        cells.putAll(others);
        cells.put(ManifestColumn.URL, url);
        if (!cells.containsKey(ManifestColumn.PATH)) {
            cells.put(ManifestColumn.PATH, fileName(file, line, url));
        }
        return new RowParser(file).parse(line, cells, Map.of());
    }

    private static String fileName(String file, long line, String url) {
        String path;
        try {
            path = ForeignUrl.path(url);
        } catch (IllegalArgumentException reason) {
            throw new ManifestRefusedException(
                    file, line, ManifestColumn.URL.label(), String.valueOf(reason.getMessage()));
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (name.isEmpty()) {
            throw new ManifestRefusedException(
                    file,
                    line,
                    ManifestColumn.URL.label(),
                    "ends in a slash and names no file; say in the path column of a manifest where it goes");
        }
        return name;
    }
}
