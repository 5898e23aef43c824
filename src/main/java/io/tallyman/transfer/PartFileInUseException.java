package io.tallyman.transfer;

import java.io.IOException;
import java.nio.file.Path;

/** Another process is writing this part file right now. */
final class PartFileInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    PartFileInUseException(Path record) {
        super("another process is writing beside " + record.getFileName() + "; wait for it or stop it");
    }
}
