package io.tallyman.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IoFailuresTest {
    @TempDir
    Path directory;

    static Stream<Arguments> network() {
        return Stream.of(
                Arguments.of(new ConnectException("refused"), "connect_failed"),
                Arguments.of(new NoRouteToHostException(), "connect_failed"),
                Arguments.of(new UnknownHostException("nowhere.invalid"), "connect_failed"),
                Arguments.of(new SocketTimeoutException("Read timed out"), "stalled"),
                Arguments.of(new ProtocolException("not HTTP"), "bad_answer"),
                Arguments.of(new SocketException("Connection reset"), "connection_lost"),
                Arguments.of(new EOFException(), "connection_lost"),
                Arguments.of(new IOException("whatever"), "connection_lost"),
                Arguments.of(new SSLPeerUnverifiedException("wrong host"), "tls_refused"),
                Arguments.of(caused(new SSLHandshakeException("PKIX"), new CertificateException()), "tls_refused"),
                Arguments.of(new SSLHandshakeException("protocol_version"), "tls_refused"),
                Arguments.of(caused(new SSLHandshakeException("terminated"), new EOFException()), "connection_lost"),
                Arguments.of(caused(new SSLException("reset"), new SocketException()), "connection_lost"));
    }

    @ParameterizedTest
    @MethodSource("network")
    void namesWhatWentWrongOnTheNetwork(IOException e, String kind) {
        Failure failure = IoFailures.network(e);

        assertThat(failure.kind().label()).isEqualTo(kind);
        assertThat(failure.httpStatus()).isNull();
    }

    static Stream<Arguments> disk() {
        return Stream.of(
                Arguments.of(new IOException("No space left on device"), "disk_full"),
                Arguments.of(new FileSystemException("/x", null, "No space left on device"), "disk_full"),
                Arguments.of(new FileSystemException("/x", null, "Disk quota exceeded"), "disk_full"),
                Arguments.of(new FileSystemException("/x", null, "Read-only file system"), "disk_read_only"),
                Arguments.of(new IOException("Stale file handle"), "disk_read_only"),
                Arguments.of(new AccessDeniedException("/x"), "path_refused"),
                Arguments.of(new FileSystemException("/x", null, "Too many open files"), "too_many_files"),
                Arguments.of(new IOException("Input/output error"), "disk_error"),
                Arguments.of(new ErrnoException("a call failed", 28), "disk_full"),
                Arguments.of(new ErrnoException("a call failed", 122), "disk_full"),
                Arguments.of(new ErrnoException("a call failed", 30), "disk_read_only"),
                Arguments.of(new ErrnoException("a call failed", 116), "disk_read_only"),
                Arguments.of(new ErrnoException("a call failed", 5), "disk_error"),
                Arguments.of(new NoSuchFileException("/x"), "disk_error"),
                Arguments.of(new IOException((String) null), "disk_error"));
    }

    @ParameterizedTest
    @MethodSource("disk")
    void namesWhatWentWrongOnTheDisk(IOException e, String kind) {
        assertThat(IoFailures.disk(e, directory, directory).kind().label()).isEqualTo(kind);
    }

    @Test
    void accessDeniedEverywhereIsADestinationThatCannotBeWritten() {
        assertThat(IoFailures.disk(new AccessDeniedException("/x"), directory, directory.resolve("gone"))
                        .kind())
                .isEqualTo(FailureKind.Local.DISK_READ_ONLY);
    }

    @Test
    void aDirectoryThatIsNotThereIsNoReasonToFailTwice() {
        assertThat(IoFailures.disk(new IOException("x"), directory.resolve("gone"), directory)
                        .kind())
                .isEqualTo(FailureKind.Local.DISK_ERROR);
    }

    @Test
    void messagesAreOneLineWithoutSecrets() {
        Failure failure = IoFailures.network(new IOException(
                "GET https://b.example/k?x-oss-security-token=canary&Signature=canary&OSSAccessKeyId=canary\nbroke"));

        assertThat(failure.message())
                .doesNotContain("canary")
                .doesNotContain("\n")
                .contains("the connection broke");
    }

    private static IOException caused(IOException e, Throwable cause) {
        e.initCause(cause);
        return e;
    }
}
