package io.tallyman.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory held open, and the names in it (openat(2) and its kin): whatever happens to the path that led here, a symbolic link
 * planted in it leads nobody elsewhere, and no name is looked up twice. Names are single segments; links among them are never
 * followed. Thread-safe; shared by all who {@link #hold} it, and closed when the last of them closes.
 */
final class OpenDirectory implements Closeable {
    private static final Path SELF = Path.of(".");

    private final Path path;
    private final SecureDirectoryStream<Path> names;
    private final Object device;
    private final Object key;
    private int holders = 1;

    private OpenDirectory(Path path, DirectoryStream<Path> names) throws IOException {
        this.path = path;
        if (!(names instanceof SecureDirectoryStream<Path> secure)) {
            names.close();
            throw new IOException("this system cannot hold directories open: " + path);
        }
        this.names = secure;
        try {
            this.device = Files.getAttribute(path, "unix:dev");
            this.key = secure.getFileAttributeView(BasicFileAttributeView.class)
                    .readAttributes()
                    .fileKey();
        } catch (NoSuchFileException e) {
            // It was there a moment ago.
            names.close();
            throw new DestinationGoneException(path);
        } catch (IOException | RuntimeException e) {
            names.close();
            throw e;
        }
    }

    /** A directory that was opened at that path and is trusted as it is; it may be a symbolic link. Closes the names with the last holder. */
    static OpenDirectory root(Path path, DirectoryStream<Path> names) throws IOException {
        return new OpenDirectory(path, names);
    }

    /**
     * Opens a directory in this one.
     *
     * @return null where there is none
     * @throws NotDirectoryException where something else, a link for one, has the name
     */
    @Nullable
    OpenDirectory child(Path name) throws IOException {
        try {
            return new OpenDirectory(path.resolve(name), names.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            BasicFileAttributes there = attributes(name);
            if (there != null && !there.isDirectory()) {
                throw new NotDirectoryException(path.resolve(name).toString());
            }
            throw e;
        }
    }

    /** Where it was opened. */
    Path path() {
        return path;
    }

    /** Tells file systems apart. */
    Object device() {
        return device;
    }

    /** Tells directories apart, also after they were closed. */
    Object key() {
        return key;
    }

    /**
     * Finds the directory where it was opened.
     *
     * @throws DestinationGoneException where something else, or nothing, is there by now
     */
    void checkItsPath() throws IOException {
        try {
            if (key.equals(Files.readAttributes(path, BasicFileAttributes.class).fileKey())) {
                return;
            }
        } catch (NoSuchFileException e) {
            // So much the worse.
        }
        throw new DestinationGoneException(path);
    }

    FileChannel open(Path name, OpenOption... options) throws IOException {
        Set<OpenOption> all = new HashSet<>(List.of(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        return channel(names.newByteChannel(name, all));
    }

    private static FileChannel channel(SeekableByteChannel channel) {
        return (FileChannel) channel;
    }

    /** What the name stands for, a link for itself; null where it is free. */
    @Nullable
    BasicFileAttributes attributes(Path name) throws IOException {
        try {
            return names.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Atomic; replaces what has the new name. */
    void rename(Path from, Path to) throws IOException {
        names.move(from, names, to);
    }

    void deleteIfExists(Path name) throws IOException {
        try {
            names.deleteFile(name);
        } catch (NoSuchFileException e) {
            // That is what was wanted.
        }
    }

    /** All names in it at some moment. */
    List<Path> names() throws IOException {
        List<Path> found = new ArrayList<>();
        // Held for as long as it is open, and can be listed once only: listed through another handle.
        try (DirectoryStream<Path> listing = names.newDirectoryStream(SELF)) {
            listing.forEach(name -> found.add(name.getFileName()));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }

    /** Makes the names in it durable. An interrupt does not stop it: what was renamed is to be reported. */
    void force() throws IOException {
        Uninterrupted.run(() -> {
            try (FileChannel self = channel(names.newByteChannel(SELF, Set.of(StandardOpenOption.READ)))) {
                self.force(true);
            }
        });
    }

    /** Counts one more holder; each closes once. */
    synchronized OpenDirectory hold() {
        holders++;
        return this;
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            holders--;
            if (holders > 0) {
                return;
            }
        }
        names.close();
    }
}
