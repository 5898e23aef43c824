package io.tallyman.transfer;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps the HTTP client from logging request lines, which hold signatures, whatever level the rest of the program logs at. The
 * named loggers are those that print the request, its head or its bytes; each is set by itself, so that neither a level on the root
 * nor one on the library's package turns it on again.
 */
final class RequestLineLogging {
    /** Held strongly: the log manager may forget the level of a logger nobody holds. */
    private static final List<Logger> LOGGERS = List.of(
                    "org.apache.hc",
                    "org.apache.hc.client5.http",
                    "org.apache.hc.client5.http.headers",
                    "org.apache.hc.client5.http.wire",
                    "org.apache.hc.client5.http.impl.classic",
                    "org.apache.hc.client5.http.impl.classic.InternalHttpClient",
                    "org.apache.hc.client5.http.impl.classic.MainClientExec",
                    "org.apache.hc.client5.http.impl.classic.ProtocolExec",
                    "org.apache.hc.client5.http.impl.classic.ConnectExec",
                    "org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection",
                    "org.apache.hc.client5.http.protocol.RequestAddCookies",
                    "org.apache.hc.client5.http.protocol.RequestAuthCache")
            .stream()
            .map(Logger::getLogger)
            .toList();

    private RequestLineLogging() {}

    /** Idempotent; called before the first request. */
    static void silence() {
        LOGGERS.forEach(logger -> logger.setLevel(Level.INFO));
    }
}
