package io.tallyman.transfer;

import java.io.IOException;
import java.nio.file.Path;

/** A directory that was opened is no longer where it was: a file in it would not be found, one made there now would be on another disk. */
final class DestinationGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    DestinationGoneException(Path directory) {
        super("the destination is no longer there: " + directory + " was unmounted, moved or replaced");
    }
}
