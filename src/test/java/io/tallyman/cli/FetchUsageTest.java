package io.tallyman.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.transfer.CaseTwins;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What {@code fetch} refuses before it asks anybody: one line, exit code 2, and no URL, header or checksum repeated that is secret. */
class FetchUsageTest {
    private static final String SIGNED = "?Expires=1&OSSAccessKeyId=id&Signature=canary";
    private static final String URL = "https://b.example/object" + SIGNED;
    private static final String OTHER = "https://b.example/other" + SIGNED;

    static Stream<List<String>> wrong() {
        return Stream.of(
                List.of(),
                List.of(URL, "--from", "list"),
                List.of(URL, "-o", "-"),
                List.of(URL, OTHER, "-o", "x"),
                List.of(URL, OTHER, "--size", "1"),
                List.of("--from", "list", "--md5", "0".repeat(32)),
                List.of(URL, "-o", "x", "--dest", "y"),
                List.of(URL, "--md5", "nonsense"),
                List.of(URL, "--size", "-1"),
                List.of(URL, "--size", ""),
                List.of(URL, "--header", "x-a:canary\nc"),
                List.of(URL, "--header", "canary"),
                List.of(URL, "--parallel", "0"),
                List.of(URL, "https://c.example/folder/object" + SIGNED),
                List.of("ftp://b.example/k" + SIGNED),
                List.of("https://b.example/" + SIGNED),
                List.of(URL + "#fragment"));
    }

    // No framework injects anything here.
    @SuppressWarnings("UnnecessaryAssignment")
    @ParameterizedTest
    @MethodSource("wrong")
    void wrongUsageIsOneLineThatRepeatsNoSecret(List<String> args) {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        FetchCommand command = new FetchCommand();
        command.manifests = () -> CaseTwins.REFUSE;
        int exitCode;
        try {
            System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
            exitCode = ErrorLines.install(new CommandLine(command)).execute(args.toArray(String[]::new));
        } finally {
            System.setErr(before);
        }

        assertThat(exitCode).isEqualTo(2);
        assertThat(said.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("tallyman: ")
                .doesNotContain("canary");
    }
}
