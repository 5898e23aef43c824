package io.tallyman.demo;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client on a bare socket: sends the target as given and shows the answer as it came. One connection. */
final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    RawClient(StandInOss server) throws IOException {
        socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), server.port());
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Body up to where it ended; {@code ended} says how: whole, eof, reset. */
    @SuppressWarnings("ArrayRecordComponent")
    record Reply(int status, Map<String, String> headers, byte[] body, String ended) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }
    }

    /** One request and its answer on a connection of its own, to where an SDK's URL points. */
    static Reply get(StandInOss server, String url, String... headers) throws IOException {
        return request(server, "GET", url, headers);
    }

    static Reply request(StandInOss server, String method, String url, String... headers) throws IOException {
        try (RawClient client = new RawClient(server)) {
            return client.exchange(method, url, headers);
        }
    }

    Reply exchange(String method, String url, String... headers) throws IOException {
        String authority = URI.create(url.substring(0, url.indexOf('/', 8))).getAuthority();
        send(method + " " + url.substring(url.indexOf('/', 8)) + " HTTP/1.1", authority, headers);
        return read(method);
    }

    void send(String requestLine, String host, String... headers) throws IOException {
        StringBuilder text = new StringBuilder(requestLine).append("\r\nHost: ").append(host);
        for (String header : headers) {
            text.append("\r\n").append(header);
        }
        socket.getOutputStream().write(text.append("\r\n\r\n").toString().getBytes(StandardCharsets.UTF_8));
    }

    Reply read(String method) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        String first = line();
        int status = Integer.parseInt(first.substring(9, 12));
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String ended = "whole";
        if (!method.equals("HEAD") && status != 304) {
            try {
                ended = readBody(headers, body);
            } catch (IOException e) {
                ended = "reset";
            }
        }
        return new Reply(status, headers, body.toByteArray(), ended);
    }

    private String readBody(Map<String, String> headers, ByteArrayOutputStream body) throws IOException {
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            while (true) {
                String size = line();
                int length = Integer.parseInt(size, 16);
                if (!copy(length, body)) {
                    return "eof";
                }
                line();
                if (length == 0) {
                    return "whole";
                }
                if (body.size() > 10_000_000) {
                    return "hung up";
                }
            }
        }
        String length = headers.get("content-length");
        return copy(length == null ? Long.MAX_VALUE : Long.parseLong(length), body) ? "whole" : "eof";
    }

    private boolean copy(long length, ByteArrayOutputStream body) throws IOException {
        byte[] buffer = new byte[8192];
        for (long left = length; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                return false;
            }
            body.write(buffer, 0, read);
            left -= read;
        }
        return true;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("closed within a line");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
