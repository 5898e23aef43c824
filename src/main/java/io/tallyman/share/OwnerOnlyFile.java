package io.tallyman.share;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that only its owner may read, from its first byte on, and that stands under its name only when it is whole: it is
 * written beside it and renamed by {@link #commit}. Unless that returned, {@link #close} removes it and what stood under the
 * name before still stands there. For one thread.
 */
public final class OwnerOnlyFile extends FilterOutputStream {
    private final Path target;
    private final Path unfinished;
    private final FileChannel channel;
    private final Thread abandoned = new Thread(this::abandon, "unfinished-output");
    private boolean committed;

    private OwnerOnlyFile(Path target, Path unfinished, FileChannel channel) {
        super(Channels.newOutputStream(channel));
        this.target = target;
        this.unfinished = unfinished;
        this.channel = channel;
        Runtime.getRuntime().addShutdownHook(abandoned);
    }

    /** What a signal leaves unfinished holds live URLs. */
    private void abandon() {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            // It stays, for its owner alone to read.
        }
    }

    /**
     * Begins a file.
     *
     * @throws OutputRefusedException where none can be made there, or something stands there that is no regular file
     */
    public static OwnerOnlyFile create(Path path) {
        Path target = path.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null
                || (Files.exists(target, LinkOption.NOFOLLOW_LINKS)
                        && !Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS))) {
            throw new OutputRefusedException(path + " is there and is no regular file; it would be replaced");
        }
        try {
            // Where the file system knows owners, temporary files are made readable for theirs alone.
            Path unfinished = Files.createTempFile(folder, ".tallyman.", ".tmp");
            return new OwnerOnlyFile(target, unfinished, FileChannel.open(unfinished, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw OutputRefusedException.of(path.toString(), e);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw OutputRefusedException.of(target.toString(), e);
        }
    }

    /** Makes the file durable and gives it its name, in the place of a file that has it. */
    public void commit() {
        try {
            channel.force(true);
            channel.close();
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            committed = true;
        } catch (IOException e) {
            throw OutputRefusedException.of(target.toString(), e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            if (!committed) {
                Files.deleteIfExists(unfinished);
            }
            forgetHook();
        }
    }

    private void forgetHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(abandoned);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook does nothing any more.
        }
    }
}
