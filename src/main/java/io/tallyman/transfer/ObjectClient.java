package io.tallyman.transfer;

import io.tallyman.sign.SignedUrl;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a transfer needs of an HTTP client, and no more, so that the client can be replaced. Every implementation sends the URL
 * byte for byte, sends exactly one request, follows no redirect, never retries, decodes no content encoding, keeps no cookies
 * and verifies TLS. Thread-safe.
 *
 * <p>Failures are told apart by the JDK's own exceptions: ConnectException and UnknownHostException for no connection,
 * SocketTimeoutException for silence, SSLException, ProtocolException for what is not valid HTTP, EOFException for a body that
 * ends before its Content-Length, any other IOException for a broken connection.
 */
public interface ObjectClient extends Closeable {

    /**
     * Sends one GET with the URL's required headers and the given ones, and returns when the answer's head has come. Interrupting
     * the calling virtual thread breaks the connection.
     *
     * @throws UnusableUrlException before anything is sent, where the URL or a header cannot be sent as it is
     */
    Answer get(SignedUrl url, Map<String, String> headers) throws IOException;

    /**
     * The same for a client that may wait before it sends, which a short-lived URL would not outlive: its URL is asked for afterwards,
     * and before that for where it leads.
     *
     * @throws EndpointBusyException where the wait would be long; nothing was sent
     */
    default <X extends Exception> Answer get(FreshUrl<X> url, Map<String, String> headers) throws IOException, X {
        return get(url.now(), headers);
    }

    /** A URL that can be used at once; what it throws is passed on. */
    @FunctionalInterface
    interface FreshUrl<X extends Exception> {
        SignedUrl now() throws X;
    }

    /** The head of an answer, and its body as it comes. Used by one thread. */
    interface Answer extends Closeable {
        int status();

        /** The header's first value, null where the answer has none; names are case-insensitive. */
        @Nullable
        String header(String name);

        /** Content-Length in bytes, or -1 where the head announces none. */
        long contentLength();

        /** Whether the body is framed in chunks, so that its end is known though its length is not. */
        boolean chunked();

        /** The body as sent, still encoded where a content encoding is declared. */
        InputStream body();

        /** Ends the exchange. Where the body was not read to its end the connection is cut at once, never drained. */
        @Override
        void close();
    }
}
