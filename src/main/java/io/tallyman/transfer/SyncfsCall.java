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

    /** What {@link #sync(Path)} returns where it never came to the call, which says nothing of the file system. */
    static final int NOT_CALLED = -1;

    private final Object integer = constant("JAVA_INT");
    private final MethodHandle open = function("open", options(), integer, constant("ADDRESS"), integer);
    private final MethodHandle syncfs = function("syncfs", options(capturingErrno()), integer, integer);
    private final MethodHandle close = function("close", options(), integer, integer);

    private SyncfsCall() throws ReflectiveOperationException {}

    /** Null where this system or this Java has no such call. */
    static @Nullable SyncfsCall find() {
        try {
            return new SyncfsCall();
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return null;
        }
    }

    /** Returns 0 when all of the directory's file system is on disk, and the error number where not all could be written. */
    int sync(Path directory) {
        try (AutoCloseable arena = arena()) {
            Object path = foreign("SegmentAllocator")
                    .getMethod("allocateFrom", String.class)
                    .invoke(arena, directory.toString());
            int descriptor = (int) open.invokeWithArguments(path, READ_AND_CLOSE_ON_EXEC);
            if (descriptor < 0) {
                return NOT_CALLED;
            }
            try {
                return sync(descriptor);
            } finally {
                close.invokeWithArguments(descriptor);
            }
        } catch (Throwable e) {
            throw notCalled(e);
        }
    }

    /** The same of an open file's file system. */
    int sync(int descriptor) {
        try (AutoCloseable arena = arena()) {
            // On Linux errno is all there is of it.
            Object state = foreign("SegmentAllocator")
                    .getMethod("allocate", foreign("MemoryLayout"))
                    .invoke(
                            arena,
                            foreign("Linker$Option")
                                    .getMethod("captureStateLayout")
                                    .invoke(null));
            if ((int) syncfs.invokeWithArguments(state, descriptor) == 0) {
                return 0;
            }
            return (int) foreign("MemorySegment")
                    .getMethod("get", foreign("ValueLayout$OfInt"), long.class)
                    .invoke(state, integer, 0L);
        } catch (Throwable e) {
            throw notCalled(e);
        }
    }

    /** Of reflection and method handles, never of the call itself. */
    private static IllegalStateException notCalled(Throwable e) {
        return new IllegalStateException("syncfs could not be called", e);
    }

    private static AutoCloseable arena() throws ReflectiveOperationException {
        return (AutoCloseable) foreign("Arena").getMethod("ofConfined").invoke(null);
    }

    private static MethodHandle function(String name, Object options, Object result, Object... parameters)
            throws ReflectiveOperationException {
        Class<?> linkerType = foreign("Linker");
        Class<?> layoutType = foreign("MemoryLayout");
        Class<?> descriptorType = foreign("FunctionDescriptor");
        Object layouts = array(layoutType, parameters);
        Object linker = linkerType.getMethod("nativeLinker").invoke(null);
        Object lookup = linkerType.getMethod("defaultLookup").invoke(linker);
        Object symbol =
                foreign("SymbolLookup").getMethod("findOrThrow", String.class).invoke(lookup, name);
        Object descriptor =
                descriptorType.getMethod("of", layoutType, layouts.getClass()).invoke(null, result, layouts);
        return (MethodHandle) linkerType
                .getMethod("downcallHandle", foreign("MemorySegment"), descriptorType, options.getClass())
                .invoke(linker, symbol, descriptor, options);
    }

    private static Object capturingErrno() throws ReflectiveOperationException {
        return foreign("Linker$Option")
                .getMethod("captureCallState", String[].class)
                .invoke(null, (Object) new String[] {"errno"});
    }

    private static Object options(Object... options) throws ReflectiveOperationException {
        return array(foreign("Linker$Option"), options);
    }

    private static Object array(Class<?> type, Object... elements) {
        Object array = Array.newInstance(type, elements.length);
        for (int i = 0; i < elements.length; i++) {
            Array.set(array, i, elements[i]);
        }
        return array;
    }

    private static Object constant(String name) throws ReflectiveOperationException {
        return foreign("ValueLayout").getField(name).get(null);
    }

    private static Class<?> foreign(String name) throws ClassNotFoundException {
        return Class.forName("java.lang.foreign." + name);
    }
}
