package io.tallyman.share;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tallyman.demo.StandInCredentials;
import io.tallyman.demo.StandInOss;
import io.tallyman.sign.Scheme;
import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.CredentialsSource;
import io.tallyman.store.Store;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real programs download what the stand-in has, with nothing but the file made for them. */
class ClientToolsTest {
    private static final String BUCKET = "test-bucket";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_SECONDS = 120;
    private static final int ARIA2_CHECKSUM_FAILED = 32;

    /** Keys, and the path of those that are none. */
    private static final Map<String, String> KEYS = new LinkedHashMap<>();

    static {
        for (String key : List.of(
                "plain.bin",
                "deep/er/nested.bin",
                "a space/and  two.bin",
                "a+b.bin",
                "100%.bin",
                "a%2Fb%20c.bin",
                "é/船/Ω.bin",
                "😀.bin",
                "~!*'().bin",
                "[1-3]{a,b}#1.bin",
                "$HOME/`id`;&|<>\"q\".bin",
                "-dash",
                "-",
                "@at,comma=eq?q.bin",
                "URL")) {
            KEYS.put(key, key);
        }
        KEYS.put("a//b.bin", "double-slash.bin");
        KEYS.put("a/../b/./c.bin", "dots.bin");
        KEYS.put("a/..", "dots-at-the-end.bin");
        KEYS.put("back\\slash\t.bin", "backslash.bin");
        KEYS.put("k".repeat(1023), "longest.bin");
        KEYS.put("船/".repeat(255) + "abc", "船/".repeat(255) + "abc");
    }

    @TempDir
    Path folder;

    private StandInOss oss;

    @BeforeEach
    void givenTheObjects() {
        oss = StandInOss.builder()
                .credentials(new StandInCredentials("not-a-real-key-id", "not-a-real-secret"))
                .start();
        KEYS.keySet().forEach(key -> oss.bucket(BUCKET).put(key, bytes(key)));
    }

    @AfterEach
    void close() {
        oss.close();
    }

    @Test
    void curlDownloadsEveryKeyUnderItsName() throws Exception {
        download(UrlFormat.CURL, "curl", "--silent", "--show-error", "-K");
    }

    @Test
    void curlDownloadsSeveralAtATime() throws Exception {
        download(UrlFormat.CURL, "curl", "--silent", "--show-error", "--parallel", "-K");
    }

    @Test
    void aria2DownloadsEveryKeyUnderItsName() throws Exception {
        download(UrlFormat.ARIA2, "aria2c", "--no-conf", "--quiet", "--input-file");
    }

    @Test
    void aria2RefusesBytesThatDoNotMatchTheChecksum() throws Exception {
        // Given
        assumeInstalled("aria2c");
        Path list = list(UrlFormat.ARIA2);
        oss.bucket(BUCKET).put("plain.bin", bytes("something else"));
        Path into = Files.createDirectory(folder.resolve("into"));

        // When
        int exitCode = run(into, "aria2c", "--no-conf", "--quiet", "--input-file", list.toString());

        // Then
        assertThat(exitCode).isEqualTo(ARIA2_CHECKSUM_FAILED);
    }

    @Test
    void wgetDownloadsEveryKeyUnderItsName() throws Exception {
        assumeInstalled("wget");
        download(UrlFormat.WGET, "sh");
    }

    @Test
    void wgetLeavesNothingOfWhatItCouldNotDownload() throws Exception {
        // Given
        assumeInstalled("wget");
        Path list = list(UrlFormat.WGET);
        oss.bucket(BUCKET).remove("plain.bin");
        Path into = Files.createDirectory(folder.resolve("into"));

        // When
        int exitCode = run(into, "sh", list.toString());

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(files(into)).hasSize(KEYS.size() - 1).doesNotContain("plain.bin");
    }

    private void download(UrlFormat format, String... command) throws Exception {
        // Given
        assumeInstalled(command[0]);
        List<String> line = new ArrayList<>(List.of(command));
        line.add(list(format).toString());
        Path into = Files.createDirectory(folder.resolve("into"));

        // When
        int exitCode = run(into, line.toArray(String[]::new));

        // Then
        for (Map.Entry<String, String> object : KEYS.entrySet()) {
            assertThat(into.resolve(object.getValue()))
                    .as(object.getKey())
                    .isRegularFile()
                    .hasBinaryContent(bytes(object.getKey()));
        }
        assertThat(files(into)).hasSize(KEYS.size());
        assertThat(exitCode).isZero();
    }

    private Path list(UrlFormat format) throws Exception {
        StringBuilder manifest = new StringBuilder();
        for (Map.Entry<String, String> object : KEYS.entrySet()) {
            manifest.append(row(object.getKey(), object.getValue())).append('\n');
        }
        Store store = new Store(
                "test",
                oss.endpoint(),
                "cn-hangzhou",
                BUCKET,
                Addressing.PATH,
                CredentialsSource.fixed(Credentials.of("not-a-real-key-id", "not-a-real-secret")));
        BulkSigning signing = new BulkSigning(Scheme.OSS4.signerFor(store), Instant.now(), Signing.DEFAULTS, format);
        Path list = folder.resolve("list");
        try (OutputStream out = Files.newOutputStream(list)) {
            Signing.rows(signing, manifest.toString(), out);
        }
        return list;
    }

    /** Every object has a checksum, and some must be asked for with headers. */
    private static ObjectNode row(String key, String path) throws Exception {
        ObjectNode row = JSON.createObjectNode();
        row.put("key", key);
        row.put("path", path);
        row.put(
                "sha256",
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(key))));
        switch (key) {
            case "a+b.bin" -> row.putObject("headers").put("x-oss-note", "it's \"$a\" \\ `b`; c=d");
            case "100%.bin" -> {
                row.putObject("headers").put("X-Note", "a, b").put("Content-Type", "text/plain; charset=utf-8");
                row.putArray("additional_headers").add("x-note");
            }
            default -> {}
        }
        return row;
    }

    private static void assumeInstalled(String tool) {
        boolean installed = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
        assumeTrue(installed, tool + " is not installed");
    }

    private int run(Path directory, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        // A name in UTF-8 is a name in UTF-8 whatever the machine's locale.
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment()
                .keySet()
                .removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        Process process = builder.start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command[0] + " has not ended");
        }
        return process.exitValue();
    }

    private static byte[] bytes(String key) {
        return ("what " + key + " holds").getBytes(UTF_8);
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .toList();
        }
    }
}
