package io.tallyman.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain lists of URLs. */
class UrlListTest {
    private static final String CANARY = "?Expires=1&OSSAccessKeyId=id&Signature=canary";

    @TempDir
    Path folder;

    @Test
    void oneUrlALineIsARowEachNamedByItsFile() throws Exception {
        List<ManifestRow> rows =
                rows("\n  https://b.example/x/y%20z.bin?a=1\r\n\r\nHTTP://c.example/k" + CANARY + " \n");

        assertThat(rows)
                .extracting(ManifestRow::url)
                .containsExactly("https://b.example/x/y%20z.bin?a=1", "HTTP://c.example/k" + CANARY);
        assertThat(rows).extracting(ManifestRow::path).containsExactly("y z.bin", "k");
        assertThat(rows).extracting(ManifestRow::line).containsExactly(2L, 4L);
        assertThat(rows.get(1).key()).isEqualTo("HTTP://c.example/k");
    }

    @Test
    void whatBeginsLikeAUrlIsAListWhateverTheFileIsCalled() throws Exception {
        Path file = Files.writeString(folder.resolve("list.csv"), "https://b.example/k" + CANARY + "\n");

        try (ManifestReader reader = ManifestFile.open(file.toString(), null, System.in)) {
            assertThat(reader.next().path()).isEqualTo("k");
        }
    }

    @Test
    void anyOtherFileIsNoList() throws Exception {
        assertThat(rows("url\nhttps://b.example/x/y\n").getFirst().path()).isEqualTo("x/y");
        assertThat(rows("{\"url\":\"https://b.example/x/y\"}\n").getFirst().path())
                .isEqualTo("x/y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://b.example/k\nsecond" + CANARY,
                "https://b.example/k\nhttps://b.example/a b" + CANARY,
                "https://b.example/k\nhttps://b.example/folder/" + CANARY,
                "https://b.example/k\nhttps://b.example" + CANARY,
                "https://b.example/k\nhttps://u:p@b.example/k" + CANARY,
                "https://b.example/k\nhttps://b.example/%zz" + CANARY
            })
    void aBadLineIsRefusedByItsNumberAndNeverQuoted(String list) {
        assertThatThrownBy(() -> rows(list))
                .isInstanceOf(ManifestRefusedException.class)
                .hasMessageContaining(":2: url: ")
                .hasMessageNotContaining("canary");
    }

    @ParameterizedTest
    @CsvSource({
        "https://b.example/a/b/c.bin,c.bin",
        "https://b.example/a%2Fb%20c,b c",
        "https://b.example/%E8%88%B9+,船+",
        "https://b.example/..%2f..,.."
    })
    void theNameIsTheLastSegmentOfTheDecodedPath(String url, String name) {
        assertThat(UrlRow.of("-", 1, url, Map.of()).path()).isEqualTo(name);
    }

    private static List<ManifestRow> rows(String text) throws IOException {
        List<ManifestRow> rows = new ArrayList<>();
        try (ManifestReader reader = ManifestFile.open("-", null, new ByteArrayInputStream(text.getBytes(UTF_8)))) {
            for (ManifestRow row = reader.next(); row != null; row = reader.next()) {
                rows.add(row);
            }
        }
        return rows;
    }
}
