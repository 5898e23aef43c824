package io.tallyman.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.house.FaultCase;
import io.tallyman.sign.SignedUrl;
import io.tallyman.verify.Expectations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every key of {@code keys.txt} is transferred for real: it lands under exactly its name, or it is refused and leaves nothing. */
class HostileKeysTest {
    private static final List<TextTable.Row> ROWS = TextTable.rows("/io/tallyman/transfer/keys.txt");
    private static final String ACCEPTED = "ok";
    private static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("empty", "it is empty"),
            Map.entry("dots", "a dot segment names another directory"),
            Map.entry("absolute", "it is absolute"),
            Map.entry("segment", "it holds an empty segment"),
            Map.entry("slash", "it ends in a slash"),
            Map.entry("backslash", "a backslash separates directories"),
            Map.entry("drive", "it starts with a drive letter"),
            Map.entry("control", "it holds a control character"),
            Map.entry("windows", "Windows reserves this name"),
            Map.entry("ours", "names starting with .tallyman. are ours"),
            Map.entry("long", "more than the 255 a file name may have"),
            Map.entry("surrogate", "it is not valid Unicode"));

    private static ScriptedServer server;
    private static ApacheObjectClient client;
    private static Transfer transfer;

    @TempDir
    Path folder;

    @BeforeAll
    static void givenAServer() throws IOException {
        server = new ScriptedServer();
        client = new ApacheObjectClient(TransferSettings.DEFAULTS);
        TransferSettings defaults = TransferSettings.DEFAULTS;
        transfer = new Transfer(
                client,
                new TransferSettings(
                        defaults.connectTimeout(),
                        defaults.idleTimeout(),
                        defaults.maxConnections(),
                        defaults.bufferBytes(),
                        defaults.userAgent(),
                        Durability.NONE),
                Instant::now);
    }

    @AfterAll
    static void close() throws IOException {
        client.close();
        server.close();
    }

    @Test
    @FaultCase(41)
    void theTableIsLongAndNamesNoKeyTwice() {
        assertThat(ROWS).hasSizeGreaterThan(500);
        assertThat(ROWS.stream().map(HostileKeysTest::key)).doesNotHaveDuplicates();
        assertThat(ROWS.stream().map(row -> row.cells().get(0)))
                .allMatch(outcome -> outcome.equals(ACCEPTED) || REASONS.containsKey(outcome))
                .containsAll(REASONS.keySet());
    }

    static Stream<Arguments> accepted() {
        return ROWS.stream().filter(row -> row.cells().get(0).equals(ACCEPTED)).map(HostileKeysTest::arguments);
    }

    @ParameterizedTest(name = "line {0}")
    @MethodSource("accepted")
    @FaultCase(41)
    void anAcceptedKeyLandsUnderExactlyItsName(int line, String outcome, String key) throws Exception {
        // Given
        DestinationPath path = DestinationPath.under(folder.resolve("root"), key);
        byte[] bytes = ("the object of line " + line).getBytes(UTF_8);
        server.thenAnswer("HTTP/1.1 200 OK\nContent-Length: " + bytes.length, bytes);

        // When
        TransferOutcome landed = transfer.run(
                new TransferRequest(line, 1, path, Expectations.NONE),
                () -> new SignedUrl(server.url("/object"), Map.of(), null),
                () -> true);

        // Then
        assertThat(landed.failure()).isNull();
        assertThat(files(folder)).containsExactly("root/" + key);
        assertThat(Files.readAllBytes(folder.resolve("root/" + key))).isEqualTo(bytes);
    }

    static Stream<Arguments> refused() {
        return ROWS.stream().filter(row -> !row.cells().get(0).equals(ACCEPTED)).map(HostileKeysTest::arguments);
    }

    @ParameterizedTest(name = "line {0}")
    @MethodSource("refused")
    @FaultCase(41)
    void aRefusedKeySaysWhyAndLeavesNothing(int line, String outcome, String key) throws IOException {
        // When
        assertThatThrownBy(() -> DestinationPath.under(folder.resolve("root"), key))
                .isInstanceOf(HostilePathException.class)
                .hasMessageContaining(REASONS.get(outcome))
                // and the message is safe to print
                .satisfies(e -> assertThat(e.getMessage().codePoints())
                        .noneMatch(point -> Character.isISOControl(point)
                                || Character.getType(point) == Character.FORMAT
                                || Character.getType(point) == Character.SURROGATE));

        // Then also where there is no root yet, as in an import
        assertThatThrownBy(() -> DestinationPath.check(key)).isInstanceOf(HostilePathException.class);
        assertThat(files(folder)).isEmpty();
    }

    private static Arguments arguments(TextTable.Row row) {
        return Arguments.of(row.line(), row.cells().get(0), key(row));
    }

    private static String key(TextTable.Row row) {
        return TextTable.meaning(row.cells().get(1));
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            return tree.filter(file -> !Files.isDirectory(file))
                    .map(file -> folder.relativize(file).toString())
                    .toList();
        }
    }
}
