package io.tallyman.transfer;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The system call syncfs(2), by way of the JDK's foreign functions (JEP 454): final since Java 22, and called by reflection since the
 * program is compiled for 21. A call blocks its thread in the kernel, so it is none for a virtual thread. Thread-safe.
 */
final class SyncfsCall implements FileSystemSync.Calls {
    /** O_RDONLY | O_CLOEXEC of Linux on x86-64, ARM64 and RISC-V. */
    private static final int READ_AND_CLOSE_ON_EXEC = 0x80000;

    /** Where a pass writes data and names, and says what it could not write; of what is layered or remote that is not known. */
    private static final Set<String> TYPES = Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs");

    private static final Pattern KERNEL = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");

    private final MethodHandle open;
    private final MethodHandle syncfs;
    private final MethodHandle close;

    private SyncfsCall() throws ReflectiveOperationException {
        Object address = constant("ADDRESS");
        Object integer = constant("JAVA_INT");
        this.open = function("open", integer, address, integer);
        this.syncfs = function("syncfs", integer, integer);
        this.close = function("close", integer, integer);
    }

    /** Null where this system or this Java has no such call, or has one that keeps its errors to itself. */
    static @Nullable SyncfsCall find() {
        try {
            return tellsErrors(System.getProperty("os.version", "")) ? new SyncfsCall() : null;
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return null;
        }
    }

    /** Before Linux 5.8 it "fails only when passed a bad file descriptor" (sync(2)). */
    static boolean tellsErrors(String kernel) {
        Matcher version = KERNEL.matcher(kernel);
        if (!version.matches()) {
            return false;
        }
        int major = Integer.parseInt(version.group(1));
        return major > 5 || (major == 5 && Integer.parseInt(version.group(2)) >= 8);
    }

    @Override
    public @Nullable Integer open(Path directory) {
        return isTrusted(directory) ? descriptor(directory) : null;
    }

    private static boolean isTrusted(Path directory) {
        try {
            return TYPES.contains(Files.getFileStore(directory).type());
        } catch (IOException e) {
            return false;
        }
    }

    private @Nullable Integer descriptor(Path directory) {
        try {
            Class<?> arenaType = foreign("Arena");
            try (AutoCloseable arena =
                    (AutoCloseable) arenaType.getMethod("ofConfined").invoke(null)) {
                Object path = foreign("SegmentAllocator")
                        .getMethod("allocateFrom", String.class)
                        .invoke(arena, directory.toString());
                int descriptor = (int) open.invokeWithArguments(path, READ_AND_CLOSE_ON_EXEC);
                return descriptor < 0 ? null : descriptor;
            }
        } catch (Throwable e) {
            throw notCalled(e);
        }
    }

    @Override
    public boolean syncfs(int descriptor) {
        try {
            return (int) syncfs.invokeWithArguments(descriptor) == 0;
        } catch (Throwable e) {
            throw notCalled(e);
        }
    }

    @Override
    public void close(int descriptor) {
        try {
            close.invokeWithArguments(descriptor);
        } catch (Throwable e) {
            throw notCalled(e);
        }
    }

    /** Of reflection and method handles, never of the call itself. */
    private static IllegalStateException notCalled(Throwable e) {
        return new IllegalStateException("a system call could not be called", e);
    }

    private static MethodHandle function(String name, Object result, Object... parameters)
            throws ReflectiveOperationException {
        Class<?> linkerType = foreign("Linker");
        Class<?> layoutType = foreign("MemoryLayout");
        Class<?> descriptorType = foreign("FunctionDescriptor");
        Class<?> optionType = foreign("Linker$Option");
        Object layouts = Array.newInstance(layoutType, parameters.length);
        for (int i = 0; i < parameters.length; i++) {
            Array.set(layouts, i, parameters[i]);
        }
        Object linker = linkerType.getMethod("nativeLinker").invoke(null);
        Object lookup = linkerType.getMethod("defaultLookup").invoke(linker);
        Object symbol =
                foreign("SymbolLookup").getMethod("findOrThrow", String.class).invoke(lookup, name);
        Object descriptor =
                descriptorType.getMethod("of", layoutType, layouts.getClass()).invoke(null, result, layouts);
        Object options = Array.newInstance(optionType, 0);
        return (MethodHandle) linkerType
                .getMethod("downcallHandle", foreign("MemorySegment"), descriptorType, options.getClass())
                .invoke(linker, symbol, descriptor, options);
    }

    private static Object constant(String name) throws ReflectiveOperationException {
        return foreign("ValueLayout").getField(name).get(null);
    }

    private static Class<?> foreign(String name) throws ClassNotFoundException {
        return Class.forName("java.lang.foreign." + name);
    }
}
