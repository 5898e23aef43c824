package io.tallyman.fetch;

import io.tallyman.manifest.ManifestColumn;
import io.tallyman.manifest.ManifestReader;
import io.tallyman.manifest.ManifestRefusedException;
import io.tallyman.manifest.ManifestRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is to be fetched, checked as a whole before the first request: every row has a URL, and no two go to one path. Immutable. */
public final class FetchList {
    private final List<ManifestRow> rows;

    private FetchList(List<ManifestRow> rows) {
        this.rows = List.copyOf(rows);
    }

    /**
     * The URLs of a command line.
     *
     * @throws TwoForOnePathException where two would be written to one path
     */
    public static FetchList of(List<ManifestRow> rows) {
        Map<String, Long> taken = new HashMap<>();
        for (ManifestRow row : rows) {
            Long before = taken.putIfAbsent(row.path(), row.line());
            if (before != null) {
                throw new TwoForOnePathException(before, row.line(), row.path());
            }
        }
        return new FetchList(rows);
    }

    /**
     * The rows of a file; all of them are held in memory.
     *
     * @throws ManifestRefusedException where a row has no URL, or two would be written to one path
     */
    public static FetchList read(ManifestReader reader) throws IOException {
        List<ManifestRow> rows = new ArrayList<>();
        for (ManifestRow row = reader.next(); row != null; row = reader.next()) {
            if (row.url() == null) {
                throw new ManifestRefusedException(
                        reader.file(),
                        row.line(),
                        ManifestColumn.KEY.label(),
                        "only rows with a url can be fetched; for keys use sign, or import and run");
            }
            rows.add(row);
        }
        if (rows.isEmpty()) {
            throw new ManifestRefusedException(reader.file(), 0, null, "holds no row");
        }
        try {
            return of(rows);
        } catch (TwoForOnePathException e) {
            throw new ManifestRefusedException(reader.file(), e.second(), ManifestColumn.PATH.label(), e.reason());
        }
    }

    List<ManifestRow> rows() {
        return rows;
    }
}
