package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DestinationPathTest {
    private static final String DOTS = "a dot segment";
    private static final String ABSOLUTE = "absolute";
    private static final String EMPTY = "empty segment";
    private static final String SLASH = "ends in a slash";
    private static final String BACKSLASH = "backslash";
    private static final String CONTROL = "control character";
    private static final String DRIVE = "drive letter";
    private static final String WINDOWS = "Windows reserves";
    private static final String OURS = "are ours";
    private static final String LONG = "bytes long";
    private static final String UNICODE = "not valid Unicode";

    @TempDir
    Path root;

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("", "it is empty"),
                Arguments.of("..", DOTS),
                Arguments.of(".", DOTS),
                Arguments.of("../a", DOTS),
                Arguments.of("a/..", DOTS),
                Arguments.of("a/../b", DOTS),
                Arguments.of("a/b/../../..", DOTS),
                Arguments.of("../../../../../../etc/passwd", DOTS),
                Arguments.of("./a", DOTS),
                Arguments.of("a/.", DOTS),
                Arguments.of("a/./b", DOTS),
                Arguments.of("/", ABSOLUTE),
                Arguments.of("//", ABSOLUTE),
                Arguments.of("/a", ABSOLUTE),
                Arguments.of("/etc/passwd", ABSOLUTE),
                Arguments.of("//server/share", ABSOLUTE),
                Arguments.of("/../a", ABSOLUTE),
                Arguments.of("a//b", EMPTY),
                Arguments.of("a///b", EMPTY),
                Arguments.of("a/", SLASH),
                Arguments.of("a/b/", SLASH),
                Arguments.of("a//", SLASH),
                Arguments.of("../", SLASH),
                Arguments.of("\\", BACKSLASH),
                Arguments.of("\\\\server\\share", BACKSLASH),
                Arguments.of("..\\..\\a", BACKSLASH),
                Arguments.of("a\\b", BACKSLASH),
                Arguments.of("a/..\\b", BACKSLASH),
                Arguments.of("C:", DRIVE),
                Arguments.of("C:a", DRIVE),
                Arguments.of("c:/a", DRIVE),
                Arguments.of("C:\\a", DRIVE),
                Arguments.of("a\0b", CONTROL),
                Arguments.of("\0", CONTROL),
                Arguments.of("a/b\0/c", CONTROL),
                Arguments.of("a\nb", CONTROL),
                Arguments.of("a\rb", CONTROL),
                Arguments.of("a\tb", CONTROL),
                Arguments.of("a\u001b[31mb", CONTROL),
                Arguments.of("a\u007fb", CONTROL),
                Arguments.of("a\u0085b", CONTROL),
                Arguments.of("CON", WINDOWS),
                Arguments.of("con", WINDOWS),
                Arguments.of("nul.txt", WINDOWS),
                Arguments.of("a/PRN", WINDOWS),
                Arguments.of("aux/a", WINDOWS),
                Arguments.of("COM1", WINDOWS),
                Arguments.of("com9.tar.gz", WINDOWS),
                Arguments.of("LPT1", WINDOWS),
                Arguments.of("lpt²", WINDOWS),
                Arguments.of("CONIN$", WINDOWS),
                Arguments.of("NUL .txt", WINDOWS),
                Arguments.of(".tallyman.", OURS),
                Arguments.of(".tallyman.7-1.part", OURS),
                Arguments.of(".TALLYMAN.x", OURS),
                Arguments.of("a/.tallyman.x/b", OURS),
                Arguments.of("x".repeat(256), LONG),
                Arguments.of("a/" + "x".repeat(256) + "/b", LONG),
                Arguments.of("ü".repeat(128), LONG),
                Arguments.of("中".repeat(86), LONG),
                Arguments.of("\uD83D\uDE00".repeat(64), LONG),
                Arguments.of("a\uD83D", UNICODE),
                Arguments.of("\uDE00a", UNICODE),
                Arguments.of(("x".repeat(250) + "/").repeat(17) + "x", "whole path"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatCannotBeWrittenSafely(String key, String reason) {
        assertThatThrownBy(() -> DestinationPath.under(root, key))
                .isInstanceOf(HostilePathException.class)
                .hasMessageContaining(reason)
                .satisfies(e -> assertThat(e.getMessage().codePoints().anyMatch(Character::isISOControl))
                        .as("control characters in the message")
                        .isFalse());
    }

    static Stream<String> accepted() {
        return Stream.of(
                "a",
                "a/b/c.txt",
                "...",
                "..a",
                "a..",
                ".hidden",
                "a/.../b",
                " ",
                " leading and trailing ",
                "trailing.",
                "-rf",
                "--help",
                "~",
                "~root/a",
                "$HOME",
                "`id`",
                "$(id)",
                "a;b|c&d",
                "*",
                "?",
                "a\"b'c",
                "<a>",
                "2026-03-01T12:00:00Z",
                "a/C:",
                "%2e%2e",
                "%2e%2e%2fetc",
                "..%2f..%2fetc",
                "%00",
                "%5c",
                "a+b",
                "a%20b",
                "console",
                "con2",
                "com10",
                "auxiliary.txt",
                "nullable",
                ".tallyman",
                "tallyman.x",
                "x".repeat(255),
                "ü".repeat(127),
                "\uD83D\uDE00".repeat(63),
                "ümlaut/中文/\uD83D\uDE00",
                "u\u0308mlaut",
                "\u202egnp.exe",
                "\ufeffbom",
                "a\u00a0b",
                "\u2024\u2024/a",
                "\uff0e\uff0e/a",
                "a\u2215b",
                "a\uff0fb");
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void takesEverythingElseAsPlainText(String key) throws IOException {
        DestinationPath path = DestinationPath.under(root, key);

        assertThat(root.relativize(path.file())).hasToString(key);
        Files.createDirectories(path.directory());
        Files.createFile(path.file());
        assertThat(path.file().toRealPath().startsWith(root.toRealPath())).isTrue();
    }

    @Test
    void neverLeavesTheRootAndNeverMakesTwoKeysOne() {
        long seed = Long.getLong("tallyman.seed", System.nanoTime());
        Random random = new Random(seed);
        String[] pieces = {
            "..", ".", "/", "//", "\\", "a", "b", "%2e", "%2f", " ", "\0", "C:", ".tallyman.", "中", "\uD83D"
        };
        Set<Path> files = new HashSet<>();
        Set<String> keys = new HashSet<>();
        for (int round = 0; round < 20_000; round++) {
            StringBuilder key = new StringBuilder();
            for (int i = 1 + random.nextInt(6); i > 0; i--) {
                key.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                Path file = DestinationPath.under(root, key.toString()).file();
                assertThat(file.normalize().startsWith(root) && !file.equals(root))
                        .as("seed %d, key %s", seed, key)
                        .isTrue();
                files.add(file);
                keys.add(key.toString());
            } catch (HostilePathException refused) {
                // refused is safe
            }
        }
        assertThat(files).as("seed %d", seed).hasSameSizeAs(keys).isNotEmpty();
    }

    @Test
    void saysWhichPartWasRefusedAndWhy() {
        assertThatThrownBy(() -> DestinationPath.check("logs/\u001b[2J/x"))
                .hasMessage(
                        "key \"logs/\\u{1b}[2J/x\" refused because of \"\\u{1b}[2J\": it holds a control character");
        assertThatThrownBy(() -> DestinationPath.check("a/../b"))
                .isInstanceOfSatisfying(HostilePathException.class, e -> {
                    assertThat(e.key()).isEqualTo("a/../b");
                    assertThat(e.segment()).isEqualTo("..");
                    assertThat(e.reason()).isEqualTo("a dot segment names another directory");
                });
        assertThatThrownBy(() -> DestinationPath.check("/".repeat(1_000_000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
    }
}
