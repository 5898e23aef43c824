package io.tallyman.retry;

import static io.tallyman.retry.FailureKind.Local.DISK_ERROR;
import static io.tallyman.retry.FailureKind.Local.DISK_FULL;
import static io.tallyman.retry.FailureKind.Local.DISK_READ_ONLY;
import static io.tallyman.retry.FailureKind.Local.PATH_REFUSED;
import static io.tallyman.retry.FailureKind.Local.TOO_MANY_FILES;
import static io.tallyman.retry.FailureKind.Network.BAD_ANSWER;
import static io.tallyman.retry.FailureKind.Network.CONNECTION_LOST;
import static io.tallyman.retry.FailureKind.Network.CONNECT_FAILED;
import static io.tallyman.retry.FailureKind.Network.STALLED;
import static io.tallyman.retry.FailureKind.Network.TLS_REFUSED;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Names the failure behind an exception of the network or of the disk; who caught it knows which of the two it was. */
public final class IoFailures {
    private static final int MAX_MESSAGE_CHARS = 300;
    private static final String OUT_OF_FILES = "no more files or connections can be opened";
    /** Below this much free space a failed write is put down to a full disk. */
    private static final long FULL_BELOW_BYTES = 64 * 1024;

    /** Error numbers of Linux on x86-64, ARM64 and RISC-V. */
    private static final int ENOSPC = 28;

    private static final int EROFS = 30;
    private static final int ESTALE = 116;
    private static final int EDQUOT = 122;

    private IoFailures() {}

    /** The failure behind an exception while connecting, sending or receiving. */
    public static Failure network(IOException e) {
        FailureKind kind = networkKind(e);
        String what = switch (kind) {
            case TOO_MANY_FILES -> OUT_OF_FILES;
            case CONNECT_FAILED -> "no connection";
            case TLS_REFUSED -> "TLS refused";
            case STALLED -> "nothing, or next to nothing, came for too long";
            case BAD_ANSWER -> "the answer is not valid HTTP";
            default -> "the connection broke";
        };
        return Failure.of(kind, what + ": " + describe(e));
    }

    /**
     * The failure behind an exception while creating, writing, forcing or renaming a file.
     *
     * @param directory where the file is; asked for free space and whether it is read-only
     * @param root of the destination: access denied below one that can be written is that one entry's trouble
     */
    public static Failure disk(IOException e, Path directory, Path root) {
        FailureKind kind = diskKind(e, directory, root);
        String what = switch (kind) {
            case TOO_MANY_FILES -> OUT_OF_FILES;
            case DISK_FULL -> "the disk is full";
            case DISK_READ_ONLY -> "the destination cannot be written";
            case PATH_REFUSED -> "a folder or file there may not be used";
            default -> "writing failed";
        };
        return Failure.of(
                kind, what + " (" + SafeText.line(directory.toString(), MAX_MESSAGE_CHARS) + "): " + describe(e));
    }

    private static FailureKind networkKind(IOException e) {
        if (isOutOfFiles(e)) {
            return TOO_MANY_FILES;
        }
        return switch (e) {
            case ConnectException x -> CONNECT_FAILED;
            case NoRouteToHostException x -> CONNECT_FAILED;
            case UnknownHostException x -> CONNECT_FAILED;
            case SocketTimeoutException x -> STALLED;
            case ProtocolException x -> BAD_ANSWER;
            case SSLException x -> tlsKind(x);
            default -> CONNECTION_LOST;
        };
    }

    /** A peer that proves to be the wrong one is final; a handshake or a record cut by the network is not. */
    private static FailureKind tlsKind(SSLException e) {
        boolean broken = causedBy(e, SocketException.class) || causedBy(e, EOFException.class);
        if (e instanceof SSLPeerUnverifiedException || causedBy(e, CertificateException.class)) {
            return TLS_REFUSED;
        }
        return e instanceof SSLHandshakeException && !broken ? TLS_REFUSED : CONNECTION_LOST;
    }

    private static boolean causedBy(Throwable e, Class<? extends Throwable> type) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static FailureKind diskKind(IOException e, Path directory, Path root) {
        String reason = reason(e);
        if (isOutOfFiles(e)) {
            return TOO_MANY_FILES;
        }
        int errno = e instanceof ErrnoException call ? call.errno() : 0;
        if (errno == ENOSPC
                || errno == EDQUOT
                || reason.contains("no space left")
                || reason.contains("quota exceeded")) {
            return DISK_FULL;
        }
        if (errno == EROFS
                || errno == ESTALE
                || reason.contains("read-only file system")
                || reason.contains("stale file handle")) {
            return DISK_READ_ONLY;
        }
        if (e instanceof AccessDeniedException) {
            return Files.isWritable(root) ? PATH_REFUSED : DISK_READ_ONLY;
        }
        FileStore store = fileStore(directory);
        try {
            if (store != null && store.isReadOnly()) {
                return DISK_READ_ONLY;
            }
            return store != null && store.getUsableSpace() < FULL_BELOW_BYTES ? DISK_FULL : DISK_ERROR;
        } catch (IOException unknown) {
            return DISK_ERROR;
        }
    }

    /** EMFILE and ENFILE; a client may have wrapped what the socket said. */
    private static boolean isOutOfFiles(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException io && reason(io).contains("too many open files")) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable FileStore fileStore(Path directory) {
        try {
            return Files.getFileStore(directory);
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * The operating system's own words for the error number, lower case. The JDK keeps the number to itself (neither
     * FileSystemException nor the channels' plain IOException carries errno), and a quota shows in no FileStore, so this text is
     * all there is but for our own {@link ErrnoException}. In another language it matches nothing, and free space and the read-only flag decide.
     */
    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        return reason == null ? "" : reason.toLowerCase(Locale.ROOT);
    }

    private static String describe(IOException e) {
        String type = e.getClass().getSimpleName();
        return e.getMessage() == null ? type : type + ": " + SafeText.line(e.getMessage(), MAX_MESSAGE_CHARS);
    }
}
