package io.tallyman.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.tallyman.manifest.ManifestRefusedException;
import java.util.List;
import org.junit.jupiter.api.Test;

class UrlFormatTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String AWKWARD = "a \"b\", 船\n.bin";
    private static final String ROWS = """
            {"key":"a \\"b\\", 船\\n.bin","headers":{"x-oss-b":"1","Content-Type":"text/csv; charset=\\"x\\""}}
            {"key":"plain"}
            """;

    @Test
    void jsonLinesTellAllThatAClientMustKnow() throws Exception {
        List<String> urls = Signing.rows(UrlFormat.URLS, ROWS).lines().toList();

        List<String> lines = Signing.rows(UrlFormat.JSONL, ROWS).lines().toList();

        assertThat(lines).hasSize(2);
        JsonNode first = JSON.readTree(lines.get(0));
        assertThat(first.fieldNames()).toIterable().containsExactly("key", "url", "expires_at", "method", "headers");
        assertThat(first.get("key").asText()).isEqualTo(AWKWARD);
        assertThat(first.get("url").asText()).isEqualTo(urls.get(0));
        assertThat(first.get("expires_at").asText()).isEqualTo("2026-03-01T00:04:59Z");
        assertThat(first.get("method").asText()).isEqualTo("GET");
        assertThat(first.get("headers"))
                .isEqualTo(JSON.readTree("{\"x-oss-b\":\"1\",\"Content-Type\":\"text/csv; charset=\\\"x\\\"\"}"));
        assertThat(JSON.readTree(lines.get(1)).get("headers")).isEmpty();
    }

    @Test
    void csvSaysTheSameUnderAHeader() throws Exception {
        List<String> urls = Signing.rows(UrlFormat.URLS, ROWS).lines().toList();

        List<List<String>> records = CsvReader.builder().ofCsvRecord(Signing.rows(UrlFormat.CSV, ROWS)).stream()
                .map(CsvRecord::getFields)
                .toList();

        assertThat(records)
                .containsExactly(
                        List.of("key", "url", "expires_at", "method", "headers"),
                        List.of(
                                AWKWARD,
                                urls.get(0),
                                "2026-03-01T00:04:59Z",
                                "GET",
                                "{\"Content-Type\":\"text/csv; charset=\\\"x\\\"\",\"x-oss-b\":\"1\"}"),
                        List.of("plain", urls.get(1), "2026-03-01T00:04:59Z", "GET", "{}"));
    }

    @Test
    void curlIsToldHeadersOnlyWhereTheyChange() throws Exception {
        String config = Signing.rows(UrlFormat.CURL, """
                {"key":"a"}
                {"key":"b"}
                {"key":"c","path":"say \\"b\\".bin","headers":{"x-oss-a":"q\\\\\\"q"}}
                {"key":"d","headers":{"x-oss-a":"q\\\\\\"q"}}
                {"key":"e"}
                """);

        assertThat(config.lines().filter(line -> !line.startsWith("url = \"https://")))
                .containsExactly(
                        UrlFormat.CURL.head().strip(),
                        "next",
                        "fail",
                        "create-dirs",
                        "globoff",
                        "path-as-is",
                        "output = \"a\"",
                        "output = \"b\"",
                        "next",
                        "fail",
                        "create-dirs",
                        "globoff",
                        "path-as-is",
                        "header = \"x-oss-a: q\\\\\\\"q\"",
                        "output = \"say \\\"b\\\".bin\"",
                        "output = \"d\"",
                        "next",
                        "fail",
                        "create-dirs",
                        "globoff",
                        "path-as-is",
                        "output = \"e\"");
    }

    @Test
    void aria2IsToldOneChecksumItKnowsThePreferredOne() throws Exception {
        String md5 = "9e107d9d372bb6826bd81d3542a419d6";
        String sha1 = "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12";
        String sha256 = "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592";

        String input = Signing.rows(
                UrlFormat.ARIA2,
                "key,crc64,md5,sha1,sha256,path\na,1,%s,%s,%s,\nb,1,%s,%s,,\nc,1,%s,,,d/c\nd,1,,,,\n"
                        .formatted(md5, sha1, sha256, md5, sha1, md5));

        assertThat(input.lines().filter(line -> !line.startsWith("https://")))
                .containsExactly(
                        " out=a",
                        " checksum=sha-256=" + sha256,
                        " out=b",
                        " checksum=sha-1=" + sha1,
                        " out=d/c",
                        " checksum=md5=" + md5,
                        " out=d");
    }

    @Test
    void formatsThatNameFilesRefusePathsThatLeaveTheFolder() {
        for (UrlFormat format : List.of(UrlFormat.CURL, UrlFormat.ARIA2, UrlFormat.WGET)) {
            for (String key : List.of("a//b", "../a", "a/./b", "dir/", "a\nb", "C:/a")) {
                assertThatThrownBy(() -> Signing.keys(format, key))
                        .as("%s %s", format, key)
                        .isInstanceOf(UnusableNameException.class)
                        .message()
                        .contains("another path")
                        .doesNotContain("\n");
            }
            assertThatThrownBy(() -> Signing.rows(format, "key,path\na,../a\n"))
                    .isInstanceOf(ManifestRefusedException.class)
                    .hasMessageContaining(":2: path: ");
        }
        assertThatThrownBy(() -> Signing.keys(UrlFormat.ARIA2, "blank at its end "))
                .isInstanceOf(UnusableNameException.class);
    }
}
