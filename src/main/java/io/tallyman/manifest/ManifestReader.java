package io.tallyman.manifest;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The rows of one manifest file, one after the other; holds no more than one row. For one thread. */
public interface ManifestReader extends Closeable {

    /** The file's name as it was given, {@code -} for standard input. */
    String file();

    /**
     * The next row, or null where there are no more.
     *
     * @throws ManifestRefusedException where the row is not as it should be; nothing can be read after it
     */
    @Nullable
    ManifestRow next() throws IOException;
}
