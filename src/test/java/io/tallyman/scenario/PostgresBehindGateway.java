package io.tallyman.scenario;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.tallyman.database.EmbeddedPostgresResource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** An empty database of its own that is reached through a gateway, and the number of times the gateway is still to hang up when asked. */
public final class PostgresBehindGateway implements QuarkusTestResourceLifecycleManager {
    private static final String JDBC_URL = "quarkus.datasource.jdbc.url";

    private final AtomicInteger hangUps = new AtomicInteger();
    private ServerSocket listener;

    @Override
    public Map<String, String> start() {
        Map<String, String> settings = new HashMap<>(new EmbeddedPostgresResource().start());
        String url = settings.get(JDBC_URL);
        int port = URI.create(url.substring("jdbc:".length())).getPort();
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(() -> accept(port));
        settings.put(JDBC_URL, url.replace(":" + port + "/", ":" + listener.getLocalPort() + "/"));
        return settings;
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(hangUps, new TestInjector.MatchesType(AtomicInteger.class));
    }

    @Override
    public void stop() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(int port) {
        try {
            while (true) {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client, port));
            }
        } catch (IOException closed) {
            // the tests are over
        }
    }

    private void serve(Socket client, int port) {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Thread.ofVirtual().start(() -> answer(server, client));
            InputStream in = client.getInputStream();
            OutputStream out = server.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (hangUps.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    return;
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException broken) {
            // one end went away
        }
    }

    private static void answer(Socket server, Socket client) {
        try {
            server.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException broken) {
            // one end went away
        }
    }
}
