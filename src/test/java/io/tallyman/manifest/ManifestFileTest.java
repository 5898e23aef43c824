package io.tallyman.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Expectations;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestFileTest {
    private static final String MD5 = "900150983cd24fb0d6963f7d28e17f72";
    private static final String CSV = """
            key,version_id,size,crc64,md5,sha1,sha256,sha512,path,priority,expires,headers,additional_headers,params,label.team
            a/b.bin,v1,3,18446744073709551615,kAFQmDzST7DWlj99KOF/cg==,A9993E364706816ABA3E25717850C26C9CD0D89D,,,x/y.bin,-5,15m,"{""Range"":""bytes=0-2""}","[""range""]","{""x-oss-process"":""image/resize,w_1""}",blue
            "plain, with ""quotes"" and
            a newline",,,,,,,,,,,,,,
            """;
    private static final String JSONL = """
            {"key":"a/b.bin","version_id":"v1","size":3,"crc64":18446744073709551615,"md5":"900150983CD24FB0D6963F7D28E17F72",\
            "sha1":"a9993e364706816aba3e25717850c26c9cd0d89d","path":"x/y.bin","priority":-5,"expires":900,\
            "headers":{"Range":"bytes=0-2"},"additional_headers":["range"],"params":{"x-oss-process":"image/resize,w_1"},\
            "label.team":"blue"}
            {"key":"plain, with \\"quotes\\" and\\na newline","version_id":null,"size":""}
            """;

    @TempDir
    Path folder;

    @Test
    void csvAndJsonLinesGiveEqualRows() throws IOException {
        // When
        List<ManifestRow> csv = rows(CSV, null);
        List<ManifestRow> jsonl = rows(JSONL, null);

        // Then
        assertThat(csv)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("line")
                .isEqualTo(jsonl);
        assertThat(csv.get(0))
                .isEqualTo(new ManifestRow(
                        2,
                        "a/b.bin",
                        null,
                        "v1",
                        new Expectations(
                                3L,
                                Map.of(
                                        ChecksumAlgorithm.CRC64, "18446744073709551615",
                                        ChecksumAlgorithm.MD5, MD5,
                                        ChecksumAlgorithm.SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d")),
                        "x/y.bin",
                        -5,
                        Duration.ofMinutes(15),
                        Map.of("Range", "bytes=0-2"),
                        List.of("range"),
                        Map.of("x-oss-process", "image/resize,w_1"),
                        Map.of("team", "blue")));
        assertThat(csv.get(1).path()).isEqualTo("plain, with \"quotes\" and\na newline");
        assertThat(csv.get(1).expectations()).isEqualTo(Expectations.NONE);
    }

    @Test
    void gzipIsToldByItsMagicBytesAndAByteOrderMarkIsNoPartOfTheFirstColumn() throws IOException {
        // Given
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write("\uFEFFkey,size\r\nä/€.bin,7\r\n".getBytes(UTF_8));
        }
        Path file = Files.write(folder.resolve("without-an-ending"), zipped.toByteArray());

        // When
        List<ManifestRow> fromFile = rows(file.toString(), null, new byte[0]);
        List<ManifestRow> fromStandardInput = rows("-", null, zipped.toByteArray());

        // Then
        assertThat(fromFile).extracting(ManifestRow::key).containsExactly("ä/€.bin");
        assertThat(fromStandardInput).isEqualTo(fromFile);
    }

    @Test
    void theNameTellsTheFormatAndTheOptionOverrulesIt() throws IOException {
        // Given
        Path csv = Files.writeString(folder.resolve("list.CSV"), "{,key\n1,2\n");

        // Then
        assertThatThrownBy(() -> rows(csv.toString(), null, new byte[0])).hasMessageContaining("{: no such column");
        assertThatThrownBy(() -> rows(csv.toString(), ManifestFormat.JSONL, new byte[0]))
                .hasMessageContaining("list.CSV:1: not valid JSON");
    }

    @Test
    void aUrlSignedByOthersIsKnownByWhatItOpensAndPrintedWithoutItsSignature() throws IOException {
        // Given
        String url = "https://b.oss-cn-x.aliyuncs.com/a%2Fb/c+d%20e.bin?x-oss-process=p&x-oss-credential=AK%2Fx"
                + "&x-oss-signature=beef&versionId=v7&x-oss-expires=60";

        // When
        ManifestRow row = rows("{\"url\":\"" + url + "\"}\n", null).get(0);

        // Then
        assertThat(row.url()).isEqualTo(url);
        assertThat(row.key())
                .isEqualTo("https://b.oss-cn-x.aliyuncs.com/a%2Fb/c+d%20e.bin?x-oss-process=p&versionId=v7");
        assertThat(row.path()).isEqualTo("a/b/c+d e.bin");
        assertThat(row.toString()).doesNotContain("beef");
    }

    @Test
    void aUrlSignedAnewByAnyOfTheKnownSchemesIsTheSameObject() {
        // Given
        String base = "https://h/p?keep=1";

        // Then
        for (String signature : List.of(
                "OSSAccessKeyId=a&Expires=1&Signature=b&security-token=c",
                "X-Amz-Algorithm=a&X-Amz-Signature=b&X-Amz-Security-Token=c",
                "X-Goog-Signature=a&X-Goog-Date=b",
                "sv=1&se=2&sp=r&sig=secret",
                "access_token=a",
                "%53ignature=a")) {
            assertThat(ForeignUrl.withoutSignature(base + "&" + signature)).isEqualTo(base);
            assertThat(ForeignUrl.withoutSignature("https://h/p?" + signature)).isEqualTo("https://h/p");
        }
        assertThat(ForeignUrl.withoutSignature("https://h/p?se=kept&b=&&a")).isEqualTo("https://h/p?se=kept&b=&a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "key,sizes\\na,1|:1: sizes: no such column; did you mean size?",
                "Key\\na|:1: Key: no such column; did you mean key?",
                "key,owner\\na,b|:1: owner: no such column; columns of your own are named label.*",
                "key,label.\\na,b|:1: label.: a label needs a name after the point",
                "key,key\\na,a|:1: key: the header names this column twice",
                "size\\n1|:1: the header names neither a key nor a url column",
                "key,size\\na|:2: has 1 cells where the header has 2 columns",
                "key,size\\na,1,2|:2: has 3 cells where the header has 2 columns",
                "key,size\\n,1|:2: the row has neither a key nor a url",
                "key,url\\na,https://h/p|:2: the row has both a key and a url",
                "key\\n/a|:2: key: \"/a\" starts with a slash, which OSS has in no key",
                "key\\n\\\\a|:2: key: \"\\a\" starts with a slash, which OSS has in no key",
                "key,size\\na,1\\nb,12x|:3: size: \"12x\" is not a whole number of bytes",
                "key,size\\na,-1|:2: size: \"-1\" is not a whole number of bytes",
                "key,size\\na,9223372036854775808|:2: size: \"9223372036854775808\" is more bytes than can be",
                "key,crc64\\na,18446744073709551616|:2: crc64: \"18446744073709551616\" is not an unsigned decimal number of 64 bits",
                "key,crc64\\na,-1|:2: crc64: \"-1\" is not an unsigned decimal number of 64 bits",
                "key,md5\\na,xyz|:2: md5: \"xyz\" is not 32 hex digits or base64",
                "key,sha256\\na,abc|:2: sha256: \"abc\" is not 64 hex digits",
                "key,priority\\na,2147483648|:2: priority: \"2147483648\" is not a whole number of at most 31 bits",
                "key,expires\\na,8d|:2: expires: \"8d\" is not between 1 second and 7 days in whole seconds",
                "key,expires\\na,PT0.5S|:2: expires: \"PT0.5S\" is not between 1 second and 7 days in whole seconds",
                "key,expires\\na,soon|:2: expires: \"soon\" is no duration such as 900, 15m or PT15M",
                "key,headers\\na,x|:2: headers: is not valid JSON",
                "key,headers\\na,[]|:2: headers: is not a JSON object such as {\"name\": \"value\"}",
                "key,headers\\na,\"{\"\"a b\"\":\"\"\"\"}\"|:2: headers: \"a b\" is no header name",
                "key,headers\\na,\"{\"\"a\"\":\"\"1\"\",\"\"A\"\":\"\"2\"\"}\"|:2: headers: names \"A\" twice",
                "key,headers\\na,\"{\"\"a\"\":\"\"x\\u000ay\"\"}\"|:2: headers: the value of \"a\" holds a control character",
                "key,additional_headers\\na,{}|:2: additional_headers: is not a JSON array such as [\"name\"]",
                "key,params\\na,\"{\"\"p\"\":{}}\"|:2: params: holds a value that is neither text nor a number",
                "url,version_id\\nhttps://h/p,v|:2: version_id: means nothing beside a url, which is signed as it stands",
                "url\\nftp://h/p|:2: url: is not a URL such as https://host/path?query, without a fragment",
                "url,headers\\nhttps://h/p,\"{\"\"raNGe\"\":\"\"bytes=0-\"\"}\"|:2: headers: names raNGe, which the download itself decides on",
                "url,headers\\nhttps://h/p,\"{\"\"Host\"\":\"\"x\"\"}\"|:2: headers: names Host, which the download itself decides on",
                "url,headers\\nhttps://h/p,\"{\"\"connection\"\":\"\"x\"\"}\"|:2: headers: names connection, which the download itself decides on",
                "url,headers\\nhttps://h/p,\"{\"\"Content-Length\"\":\"\"1\"\"}\"|:2: headers: names Content-Length, which the download itself decides on",
                "url,headers\\nhttps://h/p,\"{\"\"transfer-encoding\"\":\"\"x\"\"}\"|:2: headers: names transfer-encoding, which the download itself decides on",
                "url\\nhttps://h%2f.evil/p|:2: url: has a host that is neither a name nor an address, or a port that is none",
                "url\\nhttps://h\\\\.evil/p|:2: url: has a host that is neither a name nor an address, or a port that is none",
                "url\\nhttps://h:port/p|:2: url: has a host that is neither a name nor an address, or a port that is none",
                "url\\nhttps://[::1/p|:2: url: has a host that is neither a name nor an address, or a port that is none",
                "url\\nhttps://u:p@h/p|:2: url: holds a user before its host",
                "url\\nhttps://h?a=b|:2: url: has no path; say in the path column where the file goes",
                "url\\nhttps://h/%zz|:2: url: holds a % that encodes nothing",
                "key\\n\"a|:2: a quoted cell is never closed",
                "key\\n\"a\"b|:2: not valid CSV: text follows a closing quote, or a cell is too long",
                "{\"size\":1}|:1: the row has neither a key nor a url",
                "{\"key\":\"a\",\"key\":\"b\"}|:1: key: the row names this column twice",
                "{\"key\":\"a\"}\\n[]|:2: a row is a JSON object: {\"key\": ...}",
                "{\"key\":\"a\"} {\"key\":\"b\"}|:1: a second row on one line",
                "{\"key\":\"a\"}\\n{\"key\":|:2: not valid JSON, or the file ends too early",
                "{\"key\":\"a\",\"size\":1.5}|:1: size: is neither text nor a whole number",
                "{\"key\":{}}|:1: key: is neither text nor a number",
                "{\"key\":\"a\\\\u0000\"}|:1: key: holds a NUL character",
                "{\"key\":\"\\\\ud800\"}|:1: key: holds half a surrogate pair",
            })
    void whatCannotBeTakenIsRefusedWithLineColumnAndReason(String file, String message) {
        // Given
        String text = file.replace("\\n", "\n").replace("\\\\", "\\");

        // Then
        assertThatThrownBy(() -> rows(text, null))
                .isInstanceOf(ManifestRefusedException.class)
                .hasMessage("standard input" + message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 16_000, 16_383, 16_384, 100_000})
    void bytesThatAreNoUtf8AreRefusedByLineAndNeverReplaced(int rowsBefore) {
        // Given
        byte[] good = ("key\n" + "k\n".repeat(rowsBefore)).getBytes(UTF_8);
        byte[] file = Arrays.copyOf(good, good.length + 2);
        file[good.length] = (byte) 0xc3;
        file[good.length + 1] = '\n';

        // Then
        assertThatThrownBy(() -> rows("-", null, file))
                .hasMessage("standard input:" + (rowsBefore + 2) + ": not valid UTF-8");
    }

    @Test
    void charactersOfFourBytesSurviveEveryPlaceInTheBuffers() throws IOException {
        // Given
        StringBuilder text = new StringBuilder("key\n");
        for (int length = 0; length < 300; length++) {
            text.append("x".repeat(length)).append("𝄞€ä\n");
        }

        // When
        List<ManifestRow> rows = rows(text.toString(), null);

        // Then
        assertThat(rows).hasSize(300);
        for (int length = 0; length < 300; length++) {
            assertThat(rows.get(length).key()).isEqualTo("x".repeat(length) + "𝄞€ä");
        }
    }

    @Test
    void aGzipFileThatWasCutIsRefused() throws IOException {
        // Given
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write("key\na\nb\n".getBytes(UTF_8));
        }
        byte[] cut = Arrays.copyOf(zipped.toByteArray(), zipped.size() - 6);

        // Then
        assertThatThrownBy(() -> rows("-", null, cut))
                .isInstanceOf(ManifestRefusedException.class)
                .hasMessageContaining("the gzip data is damaged or ends too early");
        assertThatThrownBy(() -> rows("-", null, new byte[] {0x1f, (byte) 0x8b, 0, 0, 0, 0, 0, 0, 0, 0}))
                .isInstanceOf(ManifestRefusedException.class)
                .hasMessageContaining("the gzip data is damaged");
    }

    @Test
    void whatIsNoFileIsRefusedAndAnEmptyOneToo() {
        assertThatThrownBy(() -> rows(folder.resolve("none").toString(), null, new byte[0]))
                .hasMessageEndingWith("none: no such file");
        assertThatThrownBy(() -> rows(folder.toString(), null, new byte[0]))
                .hasMessageEndingWith("is a folder, not a file");
        assertThatThrownBy(() -> rows(" \n", null)).hasMessage("standard input: the file is empty");
        assertThatThrownBy(() -> rows("", null)).hasMessage("standard input: the file is empty");
    }

    @Test
    void aHeaderAloneIsAManifestWithoutRows() throws IOException {
        assertThat(rows("key,size\n", null)).isEmpty();
    }

    @Test
    void keysHaveAtMost1023Bytes() throws IOException {
        assertThat(rows("key\n" + "é".repeat(511) + "x\n", null)).hasSize(1);
        assertThatThrownBy(() -> rows("key\n" + "é".repeat(512) + "\n", null))
                .hasMessage("standard input:2: key: is 1024 bytes long, at most 1023 are possible");
    }

    private static List<ManifestRow> rows(String text, ManifestFormat format) throws IOException {
        return rows("-", format, text.getBytes(UTF_8));
    }

    private static List<ManifestRow> rows(String file, ManifestFormat format, byte[] standardInput) throws IOException {
        List<ManifestRow> rows = new ArrayList<>();
        try (ManifestReader reader = ManifestFile.open(file, format, new ByteArrayInputStream(standardInput))) {
            for (ManifestRow row = reader.next(); row != null; row = reader.next()) {
                rows.add(row);
            }
        }
        return rows;
    }
}
