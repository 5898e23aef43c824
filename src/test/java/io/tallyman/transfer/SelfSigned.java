package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/**
 * A certificate of our own making.
 *
 * @param keys what a server needs to show it
 * @param trusted what a client must trust to take it
 */
record SelfSigned(Path keys, Path trusted) {
    private static final String PASSWORD = "not-a-secret";

    /** For that subject alternative name, such as {@code dns:store.example}, and trusted by itself. */
    static SelfSigned in(Path directory, String name) throws Exception {
        Path file = directory.resolve("keys.p12");
        generate(file, "-alias server -dname CN=nobody -ext san=" + name);
        return new SelfSigned(file, file);
    }

    /** By an authority that is trusted, and with further arguments of keytool. */
    static SelfSigned issued(Path directory, String name, String arguments) throws Exception {
        Path file = directory.resolve("issued.p12");
        generate(file, "-alias authority -dname CN=authority -ext bc=ca:true");
        generate(file, "-alias server -signer authority -dname CN=nobody -ext san=" + name + " " + arguments);
        KeyStore both = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        KeyStore authority = KeyStore.getInstance("PKCS12");
        authority.load(null, null);
        authority.setCertificateEntry("authority", both.getCertificate("authority"));
        both.deleteEntry("authority");
        return new SelfSigned(
                save(both, directory.resolve("server.p12")), save(authority, directory.resolve("authority.p12")));
    }

    private static Path save(KeyStore store, Path file) throws Exception {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    private static void generate(Path file, String arguments) throws Exception {
        Path program = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(program.toString(), "-genkeypair", "-keyalg", "EC"));
        command.addAll(List.of(arguments.strip().split(" ")));
        command.addAll(List.of("-keystore", file.toString(), "-storepass", PASSWORD));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        byte[] complaint = keytool.getInputStream().readAllBytes();
        assertThat(keytool.waitFor())
                .as(new String(complaint, StandardCharsets.UTF_8))
                .isZero();
    }

    /** A client made while the JVM trusts nothing else. */
    ApacheObjectClient trustedBy(Supplier<ApacheObjectClient> client) {
        System.setProperty("javax.net.ssl.trustStore", trusted.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
        try {
            return client.get();
        } finally {
            System.clearProperty("javax.net.ssl.trustStore");
            System.clearProperty("javax.net.ssl.trustStorePassword");
        }
    }

    /** A server on loopback that shows the certificate. */
    SSLServerSocket listen() throws Exception {
        return (SSLServerSocket)
                context().getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    /** What a server that shows the certificate makes its sockets with. */
    SSLContext context() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
