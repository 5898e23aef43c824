package io.tallyman.transfer;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The system call syncfs(2), by way of the JDK's foreign functions (JEP 454): final since Java 22, and called by reflection since the
 * program is compiled for 21. A call blocks its thread in the kernel, so it is none for a virtual thread. Thread-safe.
 */
final class SyncfsCall {
    /** O_RDONLY | O_CLOEXEC of Linux on x86-64, ARM64 and RISC-V. */
    private static final int READ_AND_CLOSE_ON_EXEC = 0x80000;

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

    /** Null where this system or this Java has no such call. */
    static @Nullable SyncfsCall find() {
        try {
            return new SyncfsCall();
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return null;
        }
    }

    /** What became of it; {@link #NOT_CALLED} says nothing of the file system. */
    enum Result {
        SYNCED,
        FAILED,
        NOT_CALLED
    }

    Result sync(Path directory) {
        try {
            Class<?> arenaType = foreign("Arena");
            try (AutoCloseable arena =
                    (AutoCloseable) arenaType.getMethod("ofConfined").invoke(null)) {
                Object path = foreign("SegmentAllocator")
                        .getMethod("allocateFrom", String.class)
                        .invoke(arena, directory.toString());
                int descriptor = (int) open.invokeWithArguments(path, READ_AND_CLOSE_ON_EXEC);
                if (descriptor < 0) {
                    return Result.NOT_CALLED;
                }
                try {
                    return (int) syncfs.invokeWithArguments(descriptor) == 0 ? Result.SYNCED : Result.FAILED;
                } finally {
                    close.invokeWithArguments(descriptor);
                }
            }
        } catch (Throwable e) {
            // Of reflection and method handles, never of the call itself.
            throw new IllegalStateException("syncfs could not be called", e);
        }
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
