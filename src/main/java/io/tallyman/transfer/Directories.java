package io.tallyman.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The directories of destinations, the last used ones held open so that thousands of small files in one directory do not look
 * for it again and again. None below a root may be a symbolic link: somebody may have planted it to lead us elsewhere. Thread-safe.
 */
final class Directories implements Closeable {
    /** Each takes two file descriptors. */
    private static final int MOST_HELD_OPEN = 64;

    private final Roots roots;
    /** What each root was when it was first opened. */
    private final Map<Path, Object> rootKeys = new ConcurrentHashMap<>();

    private final Map<Location, OpenDirectory> held = new LinkedHashMap<>(16, 0.75f, true);

    /** Opens the root of destinations; everything below is reached through what it returns. */
    interface Roots {
        DirectoryStream<Path> open(Path root) throws IOException;
    }

    @SuppressWarnings("StreamResourceLeak") // Closed by the last holder.
    Directories() {
        this(Files::newDirectoryStream);
    }

    Directories(Roots roots) {
        this.roots = roots;
    }

    /** A directory, and the root down from which it was found free of links. */
    private record Location(Path root, Path directory) {
        static Location of(DestinationPath destination) {
            return new Location(destination.root(), destination.directory());
        }
    }

    /**
     * The directory of a destination, to be closed after use.
     *
     * @return null where it is not there yet
     * @throws HostilePathException where a link or a file stands in the place of a directory
     */
    @Nullable
    OpenDirectory find(DestinationPath destination) throws IOException {
        return open(destination, false);
    }

    /**
     * The directory of a destination, made where it was missing, to be closed after use; afterwards the directories made are
     * durable.
     *
     * @throws HostilePathException as {@link #find}, and where a directory stands in the file's place
     */
    OpenDirectory make(DestinationPath destination) throws IOException {
        OpenDirectory directory = open(destination, true);
        if (directory == null) {
            throw new NoSuchFileException(destination.directory().toString());
        }
        // By the path, and first following links: only so can it be asked without an exception for each name that is
        // free. What takes the name later the rename finds, which never replaces a directory.
        Path file = destination.file();
        if (Files.isDirectory(file) && Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            directory.close();
            throw destination.refused(destination.fileName(), "a directory stands in its place");
        }
        return directory;
    }

    private @Nullable OpenDirectory open(DestinationPath destination, boolean make) throws IOException {
        OpenDirectory known = known(Location.of(destination));
        if (known != null) {
            return known;
        }
        OpenDirectory directory = openRoot(destination.root(), make);
        for (Path segment : destination.directorySegments()) {
            if (directory == null) {
                return null;
            }
            try (OpenDirectory parent = directory) {
                directory = openChild(parent, segment, destination, make);
            }
        }
        return directory == null ? null : remember(Location.of(destination), directory);
    }

    /** A root that was unmounted leaves an empty folder of another disk in its place, which is not to be filled instead. */
    private @Nullable OpenDirectory openRoot(Path root, boolean make) throws IOException {
        boolean known = rootKeys.containsKey(root);
        if (make && !known) {
            Files.createDirectories(root);
        }
        OpenDirectory opened;
        try {
            opened = OpenDirectory.root(root, roots.open(root));
        } catch (NoSuchFileException e) {
            if (known) {
                throw new DestinationGoneException(root);
            }
            return null;
        }
        Object first = rootKeys.putIfAbsent(root, opened.key());
        if (first != null && !first.equals(opened.key())) {
            opened.close();
            throw new DestinationGoneException(root);
        }
        return opened;
    }

    private static @Nullable OpenDirectory openChild(
            OpenDirectory parent, Path segment, DestinationPath destination, boolean make) throws IOException {
        try {
            OpenDirectory child = parent.child(segment);
            return child != null || !make ? child : makeChild(parent, segment);
        } catch (NotDirectoryException e) {
            BasicFileAttributes there = parent.attributes(segment);
            throw destination.refused(
                    segment,
                    there != null && there.isSymbolicLink()
                            ? "a symbolic link stands in the path; links are not followed"
                            : "a file stands where a directory is needed");
        }
    }

    /**
     * By its path, since Java has no mkdirat(2); it is then opened in its parent, so a link in between leads to nothing
     * written, and where the path leads elsewhere by now that is found out.
     */
    private static @Nullable OpenDirectory makeChild(OpenDirectory parent, Path segment) throws IOException {
        try {
            Files.createDirectory(parent.path().resolve(segment));
        } catch (FileAlreadyExistsException e) {
            // Another transfer was faster; what it made is looked at like everything else.
        } catch (NoSuchFileException e) {
            parent.checkItsPath();
            throw e;
        }
        parent.force();
        OpenDirectory made = parent.child(segment);
        if (made == null) {
            parent.checkItsPath();
        }
        return made;
    }

    private synchronized @Nullable OpenDirectory known(Location location) {
        OpenDirectory directory = held.get(location);
        return directory == null ? null : directory.hold();
    }

    private synchronized OpenDirectory remember(Location location, OpenDirectory opened) throws IOException {
        OpenDirectory before = held.put(location, opened.hold());
        if (before != null) {
            before.close();
        }
        if (held.size() > MOST_HELD_OPEN) {
            Location oldest = held.keySet().iterator().next();
            OpenDirectory dropped = held.remove(oldest);
            if (dropped != null) {
                dropped.close();
            }
        }
        return opened;
    }

    /** The next who asks for the directory of this destination looks for it anew. */
    synchronized void forget(DestinationPath destination) throws IOException {
        OpenDirectory forgotten = held.remove(Location.of(destination));
        if (forgotten != null) {
            forgotten.close();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        for (OpenDirectory directory : held.values()) {
            directory.close();
        }
        held.clear();
    }
}
