package io.tallyman.transfer;

import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Digests;
import io.tallyman.verify.Expectations;
import io.tallyman.verify.Measurement;
import io.tallyman.verify.Verifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** The file a worker left under its final name when it died between rename and record. */
final class ExistingFile {
    private ExistingFile() {}

    /**
     * The measurement of the file where it is the one expected, read anew and durable afterwards; null where it is not, where it is
     * a link or cannot be read, or where the manifest offers no checksum to know it by.
     */
    static @Nullable Measurement adopt(OpenDirectory directory, Path name, Expectations manifest, byte[] buffer)
            throws IOException {
        if (manifest.checksums().isEmpty()) {
            return null;
        }
        BasicFileAttributes attributes = directory.attributes(name);
        Long expectedSize = manifest.sizeBytes();
        if (attributes == null
                || !attributes.isRegularFile()
                || (expectedSize != null && expectedSize != attributes.size())) {
            return null;
        }
        try (FileChannel channel = directory.open(name, StandardOpenOption.READ)) {
            Measurement measured = measure(channel, manifest, buffer);
            if (measured == null || !Verifier.manifestVouches(manifest, measured)) {
                return null;
            }
            // Whoever wrote it may have died before it was on disk.
            Uninterrupted.run(() -> channel.force(true));
            directory.force();
            return measured;
        } catch (AccessDeniedException e) {
            return null;
        }
    }

    /** Null where the disk does not give it back: then it is to be replaced. */
    private static @Nullable Measurement measure(FileChannel channel, Expectations manifest, byte[] buffer)
            throws ClosedByInterruptException {
        EnumSet<ChecksumAlgorithm> algorithms =
                EnumSet.copyOf(manifest.checksums().keySet());
        Digests digests = new Digests(algorithms);
        ByteBuffer bytes = ByteBuffer.wrap(buffer);
        try {
            for (int count = channel.read(bytes); count >= 0; count = channel.read(bytes)) {
                digests.update(buffer, 0, count);
                bytes.clear();
            }
            return digests.finish();
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            return null;
        }
    }
}
