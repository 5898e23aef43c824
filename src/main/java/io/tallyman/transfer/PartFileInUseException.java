package io.tallyman.transfer;

import java.io.IOException;
import java.nio.file.Path;

/** Another process is fetching into this part file right now. */
final class PartFileInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    PartFileInUseException(Path part) {
        super("another process is writing " + part.getFileName() + "; wait for it or stop it");
    }
}
