package io.tallyman.sign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tallyman.demo.StandInCredentials;
import io.tallyman.demo.StandInOss;
import io.tallyman.demo.StoredObject;
import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.CredentialsSource;
import io.tallyman.store.Store;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The clients people have open every object with nothing but its URL. A bucket's virtual host has no address here: the stand-in is the
 * clients' HTTP proxy, or where they know none, they are told that its domain is this machine.
 */
class RealClientsTest {
    private static final String BUCKET = "test-bucket";
    private static final String DOMAIN = "oss-cn-hangzhou.example";
    private static final Path CLIENTS = Path.of("src", "test", "resources", "clients");
    private static final long PATIENCE_SECONDS = 180;
    private static final List<String> KEYS = List.of(
            "plain.txt",
            "deep/er/nested.txt",
            "a space.txt",
            "a+b.txt",
            "100%.txt",
            "a%2Fb.txt",
            "é/船.txt",
            "😀.txt",
            "~!*'().txt",
            "a//b.txt",
            "k".repeat(1023));

    @TempDir
    Path folder;

    private StandInOss oss;

    @BeforeEach
    void givenTheObjects() {
        oss = StandInOss.builder()
                .credentials(new StandInCredentials("not-a-real-key-id", "not-a-real-secret"))
                .virtualHostsUnder(DOMAIN)
                .start();
        KEYS.forEach(key -> oss.bucket(BUCKET)
                .put(
                        key,
                        StoredObject.of(content(key).getBytes(UTF_8))
                                .withContentType("text/plain;charset=utf-8", null)));
    }

    @AfterEach
    void close() {
        oss.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Addressing.class,
            names = {"VIRTUAL_HOST", "PATH"})
    void curl(Addressing addressing) throws Exception {
        eachAlone(addressing, "curl", "--fail", "--silent", "--show-error", "--output");
    }

    @ParameterizedTest
    @EnumSource(
            value = Addressing.class,
            names = {"VIRTUAL_HOST", "PATH"})
    void wget(Addressing addressing) throws Exception {
        eachAlone(addressing, "wget", "--no-config", "--quiet", "-O");
    }

    @ParameterizedTest
    @EnumSource(
            value = Addressing.class,
            names = {"VIRTUAL_HOST", "PATH"})
    void aria2c(Addressing addressing) throws Exception {
        eachAlone(addressing, "aria2c", "--no-conf", "--quiet", "--allow-overwrite=true", "--dir=/", "--out");
    }

    @ParameterizedTest
    @EnumSource(
            value = Addressing.class,
            names = {"VIRTUAL_HOST", "PATH"})
    void pythonsUrllib(Addressing addressing) throws Exception {
        allAtOnce(addressing, "python3", client("urllib_client.py"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Addressing.class,
            names = {"VIRTUAL_HOST", "PATH"})
    void nodesHttp(Addressing addressing) throws Exception {
        allAtOnce(addressing, "node", client("http_client.cjs"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Addressing.class,
            names = {"VIRTUAL_HOST", "PATH"})
    void nodesFetch(Addressing addressing) throws Exception {
        allAtOnce(addressing, "node", client("fetch_client.cjs"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Addressing.class,
            names = {"VIRTUAL_HOST", "PATH"})
    void javasHttpUrlConnection(Addressing addressing) throws Exception {
        java(addressing, "UrlConnectionClient.java");
    }

    @ParameterizedTest
    @EnumSource(
            value = Addressing.class,
            names = {"VIRTUAL_HOST", "PATH"})
    void javasHttpClient(Addressing addressing) throws Exception {
        java(addressing, "HttpClientClient.java");
    }

    /** An anchor is clicked, which opens a page, which fetches every object. */
    @ParameterizedTest
    @EnumSource(
            value = Addressing.class,
            names = {"VIRTUAL_HOST", "PATH"})
    void aBrowser(Addressing addressing) throws Exception {
        // Given
        assumeInstalled("chromium");
        StringBuilder script = new StringBuilder("<meta charset=utf-8><script type=module>\n");
        for (String key : KEYS) {
            script.append("{const a = await fetch('")
                    .append(url(addressing, key).replace("'", "\\'"))
                    .append(
                            "'); const p = document.createElement('p'); p.textContent = a.status + ' ' + await a.text();"
                                    + " document.body.append(p);}\n");
        }
        putPage("fetching.html", script + "</script>");
        putPage(
                "anchor.html",
                "<meta charset=utf-8><a href=\""
                        + url(addressing, "fetching.html").replace("&", "&amp;")
                        + "\">open</a><script>document.querySelector('a').click()</script>");

        // When
        Path output = run(List.of(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + folder.resolve("profile"),
                "--host-resolver-rules=MAP *." + DOMAIN + " 127.0.0.1",
                "--virtual-time-budget=30000",
                "--dump-dom",
                url(addressing, "anchor.html")));

        // Then
        String dom = Files.readString(output);
        for (String key : KEYS) {
            assertThat(dom).contains("<p>200 " + content(key) + "</p>");
        }
    }

    private void putPage(String key, String html) {
        oss.bucket(BUCKET).put(key, StoredObject.of(html.getBytes(UTF_8)).withContentType("text/html", null));
    }

    private void java(Addressing addressing, String program) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (addressing == Addressing.VIRTUAL_HOST) {
            command.addAll(List.of(
                    "-Dhttp.proxyHost=127.0.0.1",
                    "-Dhttp.proxyPort=" + oss.endpoint().getPort()));
        }
        command.add(client(program));
        allAtOnce(addressing, command.toArray(String[]::new));
    }

    /** The program is given a file of URLs and names. */
    private void allAtOnce(Addressing addressing, String... command) throws Exception {
        assumeInstalled(command[0]);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < KEYS.size(); i++) {
            lines.add(url(addressing, KEYS.get(i)) + "\t" + file(i));
        }
        Path list = Files.write(folder.resolve("list"), lines);
        List<String> line = new ArrayList<>(List.of(command));
        line.add(list.toString());

        run(line);

        assertAllWhole();
    }

    /** The program is run for each URL, with the name and the URL behind its options. */
    private void eachAlone(Addressing addressing, String... command) throws Exception {
        assumeInstalled(command[0]);
        for (int i = 0; i < KEYS.size(); i++) {
            List<String> line = new ArrayList<>(List.of(command));
            line.add(file(i).toString());
            line.add(url(addressing, KEYS.get(i)));
            run(line);
        }

        assertAllWhole();
    }

    private void assertAllWhole() {
        for (int i = 0; i < KEYS.size(); i++) {
            assertThat(file(i)).as(KEYS.get(i)).isRegularFile().hasContent(content(KEYS.get(i)));
        }
    }

    private Path run(List<String> command) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        if (!command.contains("--headless")) {
            builder.environment().put("http_proxy", oss.endpoint().toString());
            builder.environment().put("no_proxy", "127.0.0.1,localhost");
        }
        Process process = builder.start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command.getFirst() + " has not ended");
        }
        assertThat(process.exitValue())
                .as("%s: %s", command.getFirst(), Files.readString(output))
                .isZero();
        return output;
    }

    private String url(Addressing addressing, String key) {
        URI endpoint = addressing == Addressing.VIRTUAL_HOST
                ? URI.create("http://" + DOMAIN + ":" + oss.endpoint().getPort())
                : oss.endpoint();
        Store store = new Store(
                "test",
                endpoint,
                "cn-hangzhou",
                BUCKET,
                addressing,
                CredentialsSource.fixed(Credentials.of("not-a-real-key-id", "not-a-real-secret")));
        SignRequest request = new SignRequest(key, null, Duration.ofMinutes(10), Map.of(), Set.of(), Map.of());
        return new Oss4Signer(store).sign(request, Instant.now()).reveal();
    }

    private Path file(int index) {
        return folder.resolve("object-" + index);
    }

    private static String content(String key) {
        return "what " + key + " holds";
    }

    private static String client(String program) {
        return CLIENTS.resolve(program).toAbsolutePath().toString();
    }

    private static void assumeInstalled(String tool) {
        boolean installed = tool.startsWith("/")
                || Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
        assumeTrue(installed, tool + " is not installed");
    }
}
