package io.tallyman.share;

import io.tallyman.manifest.ManifestRow;
import io.tallyman.transfer.DestinationPath;
import io.tallyman.transfer.HostilePathException;

/** The name of the file that a tool shall write an object to. */
final class FileName {
    private FileName() {}

    /**
     * The row's path, or its key where the row has none: relative, with {@code /} between its parts, free of control characters
     * and never leading out of the folder the tool is started in.
     *
     * @throws UnusableNameException where {@link DestinationPath} takes it for unsafe
     */
    static String of(ManifestRow row) {
        try {
            DestinationPath.check(row.path());
        } catch (HostilePathException hostile) {
            throw new UnusableNameException(String.valueOf(hostile.getMessage()));
        }
        return row.path();
    }
}
