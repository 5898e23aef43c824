package io.tallyman.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.house.FaultCase;
import io.tallyman.retry.FailureKind;
import io.tallyman.sign.SignedUrl;
import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Crc64;
import io.tallyman.verify.Expectations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links that somebody planted below the root lead nothing out of it and nothing in. */
class PlantedLinksTest {
    private static final byte[] BYTES = "the right bytes".getBytes(UTF_8);
    private static final byte[] THEIRS = "nobody's to touch".getBytes(UTF_8);
    private static final String KEY = "one/two/three/four/object";

    @TempDir
    Path folder;

    private final ScriptedServer server = new ScriptedServer();
    private final ApacheObjectClient client = new ApacheObjectClient(TransferSettings.DEFAULTS);
    private final Transfer transfer = new Transfer(client, TransferSettings.DEFAULTS, Instant::now);
    private Path root;
    private Path elsewhere;

    PlantedLinksTest() throws IOException {}

    @BeforeEach
    void givenAFolderOfOthers() throws IOException {
        root = folder.resolve("root");
        elsewhere = folder.resolve("elsewhere");
        Files.createDirectories(elsewhere.resolve("two/three/four"));
        Files.write(elsewhere.resolve("precious"), THEIRS);
        server.thenAnswer("HTTP/1.1 200 OK\nETag: \"e\"\nContent-Length: " + BYTES.length, BYTES);
    }

    @AfterEach
    void nothingOfOthersIsTouched() throws IOException {
        client.close();
        server.close();
        assertThat(elsewhere.resolve("precious")).hasBinaryContent(THEIRS);
        try (Stream<Path> tree = Files.walk(elsewhere)) {
            assertThat(tree.filter(Files::isRegularFile)).containsExactly(elsewhere.resolve("precious"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "one/two", "one/two/three", "one/two/three/four"})
    @FaultCase(41)
    void aLinkInThePlaceOfAFolderIsRefusedAtEveryDepth(String place) throws Exception {
        for (Path target : List.of(elsewhere, folder.resolve("nowhere"), Path.of("../../../../elsewhere"))) {
            // Given
            Path link = root.resolve(place);
            Files.createDirectories(link.getParent());
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, target);

            // When
            assertRefused(land(Expectations.NONE));

            // Then
            assertThat(link).isSymbolicLink();
            assertThat(folder.resolve("nowhere")).doesNotExist();
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void aLinkToAFolderOfOursIsRefusedToo() throws Exception {
        Files.createDirectories(root.resolve("real/two/three/four"));
        Files.createSymbolicLink(root.resolve("one"), Path.of("real"));

        assertRefused(land(Expectations.NONE));
    }

    @Test
    void aLinkInThePlaceOfTheFileIsReplacedAndNeverWrittenThrough() throws Exception {
        assertLandsOver(elsewhere.resolve("precious"), Expectations.NONE);
    }

    @Test
    void aDanglingLinkInThePlaceOfTheFileIsReplacedToo() throws Exception {
        assertLandsOver(folder.resolve("nowhere"), Expectations.NONE);
        assertThat(folder.resolve("nowhere")).doesNotExist();
    }

    @Test
    void theRightBytesBehindALinkAreNotTakenForTheFile() throws Exception {
        // Given what an adoption would look for
        Path elsewhereToo = Files.write(folder.resolve("right"), BYTES);
        Crc64 crc = new Crc64();
        crc.update(BYTES, 0, BYTES.length);

        // Then
        assertLandsOver(
                elsewhereToo, new Expectations((long) BYTES.length, Map.of(ChecksumAlgorithm.CRC64, crc.toString())));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aLinkInThePlaceOfAPartFileIsNotWrittenThrough() throws Exception {
        // Given
        Path directory = Files.createDirectories(root.resolve(KEY).getParent());
        for (String name : List.of(".tallyman.7-1.part", ".tallyman.7-1.part.kept", ".tallyman.7-2.part")) {
            Files.createSymbolicLink(directory.resolve(name), elsewhere.resolve("precious"));
        }

        // When
        TransferOutcome outcome = land(Expectations.NONE);

        // Then
        assertThat(outcome.failure()).isNull();
        assertThat(root.resolve(KEY)).hasBinaryContent(BYTES);
        assertThat(Files.isRegularFile(root.resolve(KEY), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }

    @Test
    void aLinkInThePlaceOfWhatAResumeKeepsIsNotFollowed() throws Exception {
        // Given
        Path directory = Files.createDirectories(root.resolve(KEY).getParent());
        for (String name : List.of(".tallyman.7-2.part", ".tallyman.7-2.part.kept")) {
            Files.createSymbolicLink(directory.resolve(name), elsewhere.resolve("precious"));
        }

        // When it is refused or lands: both are right, writing to the others' file is not
        transfer.resume(request(Expectations.NONE), "source", this::url, () -> true);

        // Then
        assertThat(elsewhere.resolve("precious")).hasBinaryContent(THEIRS);
    }

    private static void assertRefused(TransferOutcome outcome) {
        assertThat(outcome.failure()).satisfies(failure -> {
            assertThat(failure.kind()).isEqualTo(FailureKind.Local.PATH_REFUSED);
            assertThat(failure.message()).contains("a symbolic link stands in the path");
        });
    }

    private void assertLandsOver(Path target, Expectations expectations) throws Exception {
        // Given
        Path file = root.resolve(KEY);
        Files.createDirectories(file.getParent());
        Files.createSymbolicLink(file, target);

        // When
        TransferOutcome outcome = land(expectations);

        // Then
        assertThat(outcome.failure()).isNull();
        assertThat(outcome.adopted()).isFalse();
        assertThat(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(file).hasBinaryContent(BYTES);
    }

    private TransferOutcome land(Expectations expectations) throws Exception {
        return transfer.run(request(expectations), this::url, () -> true);
    }

    private TransferRequest request(Expectations expectations) {
        return new TransferRequest(7, 2, DestinationPath.under(root, KEY), expectations);
    }

    private SignedUrl url() {
        return new SignedUrl(server.url("/object"), Map.of(), null);
    }
}
