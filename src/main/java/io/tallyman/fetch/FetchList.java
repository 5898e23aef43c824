package io.tallyman.fetch;

import io.tallyman.manifest.ManifestColumn;
import io.tallyman.manifest.ManifestReader;
import io.tallyman.manifest.ManifestRefusedException;
import io.tallyman.manifest.ManifestRow;
import io.tallyman.manifest.MeetingPaths;
import io.tallyman.transfer.CaseTwins;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What is to be fetched, checked as a whole before the first request: every row has a URL, and no two go to one path. Immutable. */
public final class FetchList {
    private final List<ManifestRow> rows;

    private final boolean typed;

    private FetchList(List<ManifestRow> rows, boolean typed) {
        this.rows = List.copyOf(rows);
        this.typed = typed;
    }

    /**
     * The URLs of a command line.
     *
     * @throws TwoForOnePathException where two would meet in one path
     */
    public static FetchList of(List<ManifestRow> rows, CaseTwins twins) {
        refuseMeeting(rows, twins);
        return new FetchList(rows, true);
    }

    /**
     * The rows of a file; all of them are held in memory.
     *
     * @throws ManifestRefusedException where a row has no URL, or two would meet in one path
     */
    public static FetchList read(ManifestReader reader, CaseTwins twins) throws IOException {
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
            refuseMeeting(rows, twins);
            return new FetchList(rows, false);
        } catch (TwoForOnePathException e) {
            throw new ManifestRefusedException(
                    reader.file(),
                    e.paths().lastLine(),
                    ManifestColumn.PATH.label(),
                    e.paths().reason());
        }
    }

    private static void refuseMeeting(List<ManifestRow> rows, CaseTwins twins) {
        MeetingPaths.firstOf(rows, twins).ifPresent(paths -> {
            throw new TwoForOnePathException(paths);
        });
    }

    /** Whether they stood on the command line, and not in a file that somebody else may have written. */
    boolean isTyped() {
        return typed;
    }

    List<ManifestRow> rows() {
        return rows;
    }
}
