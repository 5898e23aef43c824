package io.tallyman.store;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * What Alibaba's library talks to, on loopback: STS over https with a certificate that this machine is made to trust, and the ECS
 * metadata service, whose fixed address is led here by a proxy. Changes settings of the whole JVM until it is closed.
 */
final class CloudServices implements AutoCloseable {
    private static final String PASSWORD = "not-a-secret";
    private static final String METADATA = "100.100.100.200";

    /** Answers to a request's parameters, those of its form included, or for the metadata service to its method and path. */
    interface Service {
        Reply answer(Map<String, String> parameters);
    }

    record Reply(int status, String body) {}

    final List<Map<String, String>> seen = new CopyOnWriteArrayList<>();
    volatile Service sts = request -> new Reply(503, "");
    volatile Service metadata = request -> new Reply(404, "");

    private final HttpsServer stsServer;
    private final HttpServer metadataServer;
    private final ProxySelector formerProxy = ProxySelector.getDefault();

    CloudServices(Path folder) throws Exception {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        stsServer = HttpsServer.create(new InetSocketAddress(loopback, 0), 0);
        stsServer.setHttpsConfigurator(new HttpsConfigurator(trustedContext(folder)));
        stsServer.createContext("/", exchange -> reply(exchange, sts, parameters(exchange)));
        stsServer.start();
        metadataServer = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        metadataServer.createContext(
                "/",
                exchange -> reply(
                        exchange,
                        metadata,
                        Map.of(
                                "method", exchange.getRequestMethod(),
                                "host",
                                        String.valueOf(
                                                exchange.getRequestHeaders().getFirst("Host")),
                                "path", exchange.getRequestURI().getPath())));
        metadataServer.start();
        Proxy here = new Proxy(Proxy.Type.HTTP, metadataServer.getAddress());
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(METADATA.equals(uri.getHost()) ? here : Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** As it was in the beginning. */
    void reset() {
        sts = request -> new Reply(503, "");
        metadata = request -> new Reply(404, "");
        seen.clear();
    }

    String stsEndpoint() {
        return "127.0.0.1:" + stsServer.getAddress().getPort();
    }

    private void reply(HttpExchange exchange, Service service, Map<String, String> request) throws IOException {
        seen.add(request);
        Reply reply = service.answer(request);
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json;charset=UTF-8");
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static Map<String, String> parameters(HttpExchange exchange) throws IOException {
        Map<String, String> parameters = new TreeMap<>();
        String query = exchange.getRequestURI().getRawQuery();
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        for (String pair : (query + "&" + form).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }

    private static SSLContext trustedContext(Path folder) throws Exception {
        Path file = folder.resolve("sts.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "sts",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException(Files.readString(folder.resolve("keytool.log")));
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("sts", keys.getCertificate("sts"));
        Path trust = folder.resolve("trust.p12");
        try (var out = Files.newOutputStream(trust)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        System.setProperty("javax.net.ssl.trustStore", trust.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    @Override
    public void close() {
        ProxySelector.setDefault(formerProxy);
        System.clearProperty("javax.net.ssl.trustStore");
        System.clearProperty("javax.net.ssl.trustStorePassword");
        stsServer.stop(0);
        metadataServer.stop(0);
    }
}
