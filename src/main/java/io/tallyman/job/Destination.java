package io.tallyman.job;

import io.tallyman.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder objects are brought to. */
public final class Destination {
    private Destination() {}

    /**
     * The folder the request or else the manifest names, absolute, made where it was missing and found writable.
     *
     * @throws NoDestinationException where neither names one
     * @throws DestinationRefusedException where it cannot be made or written
     */
    static Path of(Manifest manifest, RunRequest request) {
        if (request.destination() == null && manifest.destination == null) {
            throw new NoDestinationException(manifest.name);
        }
        return prepared(request.destination() != null ? request.destination() : Path.of(manifest.destination));
    }

    /**
     * The folder, absolute, made where it was missing and found writable.
     *
     * @throws DestinationRefusedException where it cannot be made or written
     */
    public static Path prepared(Path folder) {
        Path root = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(root);
            // Asking for permissions is not enough: root has them all, and a file system may be read-only.
            Files.delete(Files.createTempFile(root, ".tallyman.", ".probe"));
        } catch (IOException e) {
            throw new DestinationRefusedException(root, e);
        }
        return root;
    }

    /** The folder a run was recorded with, which may be that of another host and not be here at all. */
    static Path recorded(String root) {
        return Path.of(root);
    }
}
