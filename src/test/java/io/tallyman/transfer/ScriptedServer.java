package io.tallyman.transfer;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of raw sockets: it records what really arrives and answers with exactly the bytes a test gave it. */
final class ScriptedServer implements Closeable {
    /** Writes an answer; returning false closes the connection, so that the end of the body is seen. */
    interface Reply {
        boolean writeTo(Socket socket, OutputStream out) throws Exception;
    }

    /** The name of each of its threads. */
    static final String THREADS = "scripted-server";

    private final ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    ScriptedServer() throws IOException {
        Thread.ofVirtual().name(THREADS).start(this::accept);
    }

    String url(String target) {
        return "http://127.0.0.1:" + listener.getLocalPort() + target;
    }

    ScriptedServer then(Reply reply) {
        replies.add(reply);
        return this;
    }

    /** Answers with a head, a blank line and a body; the connection stays open. */
    ScriptedServer thenAnswer(String head, byte[] body) {
        return then(answer(head, body));
    }

    static Reply answer(String head, byte[] body) {
        return (socket, out) -> {
            write(out, head, body);
            return true;
        };
    }

    /** The same, and then an orderly end of the connection. */
    static Reply answerAndClose(String head, byte[] body) {
        return (socket, out) -> {
            write(out, head, body);
            return false;
        };
    }

    /** The same, and then a reset. */
    static Reply answerAndReset(String head, byte[] body) {
        return (socket, out) -> {
            write(out, head, body);
            socket.setSoLinger(true, 0);
            return false;
        };
    }

    /** The same, and then silence until the client goes away, which opens the latch. */
    static Reply answerAndHang(String head, byte[] body, CountDownLatch answered, CountDownLatch clientGone) {
        return (socket, out) -> {
            write(out, head, body);
            answered.countDown();
            try {
                while (socket.getInputStream().read() >= 0) {
                    // a client that is still there sends nothing
                }
            } catch (IOException reset) {
                // gone all the same
            }
            clientGone.countDown();
            return false;
        };
    }

    static void write(OutputStream out, String head, byte[] body) throws IOException {
        out.write((head.strip().replaceAll("\\R", "\r\n") + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.write(body);
        out.flush();
    }

    /** Head by head what arrived, lines ended by CR LF. */
    List<String> requests() {
        return requests;
    }

    int connections() {
        return connections.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                // Head and body are written one after the other, and the body is not to wait for the client's ACK.
                socket.setTcpNoDelay(true);
                connections.incrementAndGet();
                sockets.add(socket);
                Thread.ofVirtual().name(THREADS).start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            boolean open = true;
            while (open) {
                String head = readHead(in);
                if (head == null) {
                    return;
                }
                requests.add(head);
                Reply reply = replies.poll();
                open = reply != null && reply.writeTo(socket, out);
            }
        } catch (Exception broken) {
            // the client went away, as some tests want it to
        }
    }

    /** Up to and with the blank line; null where the connection ends before it. */
    static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int last = 0;
        for (int b = in.read(); b >= 0; b = in.read()) {
            head.write(b);
            last = (last << 8) | b;
            if (last == 0x0d0a0d0a) {
                return head.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return null;
    }

    static boolean within30Seconds(CountDownLatch latch) throws InterruptedException {
        return latch.await(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
