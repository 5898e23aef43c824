package io.tallyman.transfer;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The real disk, but for the calls that a test makes fail as an operating system would. */
final class FaultyDisk implements Directories.Roots {
    /** What a transfer asks of a disk. */
    enum Call {
        OPEN,
        WRITE,
        FORCE,
        CLOSE,
        RENAME,
        DELETE,
        FORCE_DIRECTORY
    }

    /** How often any directory was listed. */
    final AtomicInteger listings = new AtomicInteger();

    private final Map<Call, Thread> interrupted = new EnumMap<>(Call.class);
    private final Map<Call, String> faults = new EnumMap<>(Call.class);
    private final Consumer<Call> beforeEach;
    /** Calls that still succeed. */
    private int spared;

    FaultyDisk() {
        this(call -> {});
    }

    /** Somebody is told of each call before it is made, and may keep it from being made. */
    FaultyDisk(Consumer<Call> beforeEach) {
        this.beforeEach = beforeEach;
    }

    /** From now on these calls fail, for that reason, but for the first few. */
    synchronized void fail(String reason, int first, Call... calls) {
        spared = first;
        for (Call call : calls) {
            faults.put(call, reason);
        }
    }

    /** From now on that thread is interrupted in the middle of such a call, whoever makes it and whatever comes of it. */
    synchronized void interrupt(Thread thread, Call at) {
        interrupted.put(at, thread);
    }

    synchronized void heal() {
        faults.clear();
        interrupted.clear();
    }

    /** As the channels of the JDK fail. */
    void call(Call call) throws IOException {
        beforeEach.accept(call);
        String reason = reason(call);
        if (reason != null) {
            throw new IOException(reason);
        }
    }

    /** As the JDK fails where a name is concerned. */
    private void call(Call call, Path name) throws IOException {
        beforeEach.accept(call);
        String reason = reason(call);
        if (reason != null) {
            throw new FileSystemException(name.toString(), null, reason);
        }
    }

    private synchronized String reason(Call call) {
        Thread thread = interrupted.get(call);
        if (thread != null) {
            thread.interrupt();
        }
        String reason = faults.get(call);
        if (reason == null || spared-- > 0) {
            return null;
        }
        return reason;
    }

    @Override
    @SuppressWarnings("StreamResourceLeak") // The caller's to close.
    public DirectoryStream<Path> open(Path root) throws IOException {
        return new Names((SecureDirectoryStream<Path>) Files.newDirectoryStream(root));
    }

    private final class Names implements SecureDirectoryStream<Path> {
        private final SecureDirectoryStream<Path> names;

        Names(SecureDirectoryStream<Path> names) {
            this.names = names;
        }

        @Override
        public SecureDirectoryStream<Path> newDirectoryStream(Path path, LinkOption... options) throws IOException {
            return new Names(names.newDirectoryStream(path, options));
        }

        @Override
        public SeekableByteChannel newByteChannel(
                Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
            boolean directory = path.toString().equals(".");
            if (options.contains(StandardOpenOption.WRITE)) {
                call(Call.OPEN, path);
            }
            return new FaultyChannel(
                    names.newByteChannel(path, options, attributes),
                    FaultyDisk.this,
                    directory ? Call.FORCE_DIRECTORY : Call.FORCE,
                    options.contains(StandardOpenOption.WRITE));
        }

        @Override
        public void deleteFile(Path path) throws IOException {
            call(Call.DELETE, path);
            names.deleteFile(path);
        }

        @Override
        public void deleteDirectory(Path path) throws IOException {
            names.deleteDirectory(path);
        }

        @Override
        public void move(Path from, SecureDirectoryStream<Path> directory, Path to) throws IOException {
            call(Call.RENAME, from);
            names.move(from, ((Names) directory).names, to);
        }

        @Override
        public <V extends FileAttributeView> V getFileAttributeView(Class<V> type) {
            return names.getFileAttributeView(type);
        }

        @Override
        public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
            return names.getFileAttributeView(path, type, options);
        }

        @Override
        public Iterator<Path> iterator() {
            listings.incrementAndGet();
            return names.iterator();
        }

        @Override
        public void close() throws IOException {
            names.close();
        }
    }
}
