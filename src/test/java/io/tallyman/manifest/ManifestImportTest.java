package io.tallyman.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.database.TestDatabase;
import io.tallyman.ledger.Sql;
import io.tallyman.transfer.CaseTwins;
import io.tallyman.verify.Expectations;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestImportTest {
    @TempDir
    Path folder;

    private DataSource database;
    private Sql sql;
    private ManifestImport manifestImport;

    @BeforeEach
    void freshDatabase() {
        database = TestDatabase.fresh();
        sql = new Sql(database);
        manifestImport = new ManifestImport(database, () -> CaseTwins.REFUSE);
    }

    @Test
    void theSameFileAgainChangesNothing() throws Exception {
        // Given
        String file = """
                key,size,crc64,priority,headers,additional_headers,params,label.a
                a,1,18446744073709551615,1,"{""range"":""bytes=0-""}","[""range""]","{""p"":\"\"""}",x
                b,,,,,,,
                """;

        // When
        ImportSummary first = imported(file);
        List<String> before = entries();
        ImportSummary second = imported(file);

        // Then
        assertThat(first).isEqualTo(new ImportSummary(first.manifestId(), 2, 0, 0, 0, 1));
        assertThat(second).isEqualTo(new ImportSummary(first.manifestId(), 0, 0, 2, 0, 1));
        assertThat(entries()).isEqualTo(before);
    }

    @Test
    void aNewerFileIsMerged() throws Exception {
        // Given
        imported("key,size,path,label.a\nkept,1,k,\nbigger,2,b,\nlabelled,3,l,\ngone,4,g,\nswap1,5,s1,\nswap2,5,s2,\n");
        sql.run("insert into tallyman.run (manifest_id, destination) select id, 'd' from tallyman.manifest");
        settleAll();

        // When
        ImportSummary summary = imported(
                "key,size,path,label.a\nkept,1,k,\nbigger,20,b,\nlabelled,3,l,x\nswap1,5,s2,\nswap2,5,s1,\nnew,6,g,\n");

        // Then
        assertThat(summary).isEqualTo(new ImportSummary(summary.manifestId(), 1, 4, 1, 1, 40));
        assertThat(sql.rows(
                        "select key, state, path, attempts, finished_at is null, actual_size_bytes is null from tallyman.entry"
                                + " order by key"))
                .containsExactly(
                        "bigger|pending|b|0|t|t",
                        "kept|verified|k|1|f|f",
                        "labelled|verified|l|1|f|f",
                        "new|pending|g|0|t|t",
                        "swap1|pending|s2|0|t|t",
                        "swap2|pending|s1|0|t|t");
        assertThat(sql.rows("select key, q.lease_epoch, q.attempts, q.manifest_id = e.manifest_id"
                        + " from tallyman.queue q join tallyman.entry e on e.id = q.entry_id order by key"))
                .containsExactly("bigger|4|0|t", "new|0|0|t", "swap1|4|0|t", "swap2|4|0|t");
    }

    @Test
    void aUrlSignedAnewIsTakenOverWithoutStartingOver() throws Exception {
        // Given
        imported("url\nhttps://h/a?x-oss-signature=1\n");
        settleAll();

        // When
        ImportSummary summary = imported("url\nhttps://h/a?x-oss-signature=2\n");

        // Then
        assertThat(summary.unchanged()).isOne();
        assertThat(summary.changed()).isZero();
        assertThat(sql.rows("select key, url, state from tallyman.entry"))
                .containsExactly("https://h/a|https://h/a?x-oss-signature=2|verified");
    }

    @Test
    void nothingOfARefusedFileStays() throws Exception {
        // Given
        imported("key,size\na,1\nb,2\n");
        List<String> before = entries();
        List<String> manifestBefore = sql.rows("select * from tallyman.manifest");

        // Then
        assertThatThrownBy(() -> imported("key,size\na,9\nc,3\nd,x\n"))
                .hasMessage("standard input:4: size: \"x\" is not a whole number of bytes");
        assertThatThrownBy(() -> imported("key\na\nb\nc\nb\na\n"))
                .hasMessage("standard input:5: key: \"b\" is the same object as line 3");
        assertThatThrownBy(() -> imported("key,path\na,p\nb,q\nc,p\n"))
                .hasMessage("standard input:4: path: \"p\" is the same path as line 2; give one of them another path");
        assertThatThrownBy(() -> imported("key,version_id\na,v1\na,v2\n"))
                .hasMessage("standard input:3: path: \"a\" is the same path as line 2; give one of them another path");
        assertThatThrownBy(() -> imported("key,path\na,../x\n"))
                .hasMessageStartingWith("standard input:2: path: ")
                .isInstanceOf(ManifestRefusedException.class);
        assertThat(entries()).isEqualTo(before);
        assertThat(sql.rows("select * from tallyman.manifest")).isEqualTo(manifestBefore);

        // And a new manifest does not come into being
        assertThatThrownBy(() -> imported("other", "key\na\na\n")).isInstanceOf(ManifestRefusedException.class);
        assertThat(sql.rows("select name from tallyman.manifest")).containsExactly("nightly");
    }

    @Test
    void anEntryDescribedAnewWhileHeldFencesItsHolderAndOthersAreLeftAlone() throws Exception {
        // Given
        imported("key,size\na,1\nb,2\nc,3\n");
        sql.run("insert into tallyman.run (manifest_id, destination) select id, 'd' from tallyman.manifest");
        sql.run("insert into tallyman.worker (run_id, host, pid, machine, process, version)"
                + " select id, 'h', 1, 'm', 'p', 'v' from tallyman.run");
        sql.run("update tallyman.queue set lease_epoch = 7, worker_id = (select id from tallyman.worker)");

        // When
        ImportSummary summary = imported("key,size\na,1\nb,20\nc,3\n");

        // Then
        assertThat(summary.changed()).isOne();
        assertThat(sql.rows("select key, state, lease_epoch, worker_id is null from tallyman.standing order by key"))
                .containsExactly("a|leased|7|f", "b|pending|8|t", "c|leased|7|f");

        // And one that is gone is not taken from a living worker
        assertThatThrownBy(() -> imported("key,size\na,1\nb,20\n"))
                .hasMessageStartingWith("standard input: \"c\" is not in the file, and a run is transferring it now");
        sql.run("update tallyman.worker set heartbeat_at = now() - interval '1 hour'");
        assertThat(imported("key,size\na,1\nb,20\n").gone()).isOne();
    }

    @Test
    void everyTextComesBackFromTheDatabaseAsItWas() throws Exception {
        // Given
        long seed = Long.getLong("tallyman.seed", System.nanoTime());
        System.out.println("tallyman.seed=" + seed);
        Random random = new Random(seed);
        List<ManifestRow> rows = new ArrayList<>();
        for (int line = 1; line <= 2000; line++) {
            rows.add(new ManifestRow(
                    line,
                    line + awkward(random),
                    random.nextBoolean() ? null : awkward(random),
                    awkward(random),
                    Expectations.NONE,
                    "path" + line,
                    random.nextInt(),
                    null,
                    map(random),
                    IntStream.range(0, random.nextInt(3))
                            .mapToObj(each -> awkward(random))
                            .toList(),
                    map(random),
                    map(random)));
        }

        // When
        manifestImport.run(reader(rows.iterator()), new ImportTarget("awkward", null, null));

        // Then
        List<ManifestRow> read = new ArrayList<>();
        sql.each(
                "select key, url, version_id, path, priority, headers, additional_headers, params, labels"
                        + " from tallyman.entry order by id",
                row -> read.add(new ManifestRow(
                        row.getRow(),
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        Expectations.NONE,
                        row.getString(4),
                        row.getInt(5),
                        null,
                        mapOf(row.getString(6)),
                        row.getArray(7) == null
                                ? List.of()
                                : List.of((String[]) row.getArray(7).getArray()),
                        mapOf(row.getString(8)),
                        mapOf(row.getString(9)))));
        assertThat(read).isEqualTo(rows);
        assertThat(manifestImport
                        .run(reader(rows.iterator()), new ImportTarget("awkward", null, null))
                        .unchanged())
                .isEqualTo(2000);
    }

    @Test
    void aLongFileIsStreamed() throws Exception {
        // Given
        int rows = 200_000;
        Path file = folder.resolve("long.csv");
        try (Writer text = Files.newBufferedWriter(file)) {
            text.write("key,size\n");
            for (int row = 0; row < rows; row++) {
                text.write("folder/object-%06d,17\n".formatted(row));
            }
        }

        // When
        ImportSummary summary;
        try (ManifestReader reader = ManifestFile.open(file.toString(), null, InputStream.nullInputStream())) {
            summary = manifestImport.run(reader, new ImportTarget("long", null, null));
        }

        // Then
        assertThat(summary).isEqualTo(new ImportSummary(summary.manifestId(), rows, 0, 0, 0, 17L * rows));
        assertThat(sql.rows("select count(*), count(distinct key), min(key), max(key), sum(size_bytes),"
                        + " bool_and(key = 'folder/object-' || lpad((id - 1)::text, 6, '0')) from tallyman.entry"))
                .containsExactly("200000|200000|folder/object-000000|folder/object-199999|3400000|t");
    }

    @Test
    void importsOfOneManifestAtOnceLeaveOneOfTheirFiles() throws Exception {
        // Given
        List<Future<ImportSummary>> imports = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int version = 0; version < 8; version++) {
                String file = "key,size\ncommon," + version + "\nonly" + version + ",1\n";
                imports.add(threads.submit(() -> imported(file)));
            }
        }

        // Then
        for (Future<ImportSummary> one : imports) {
            assertThat(one.get().entries()).isEqualTo(2);
        }
        String version = sql.rows("select size_bytes from tallyman.entry where key = 'common'")
                .get(0);
        assertThat(sql.rows("select key from tallyman.entry order by id desc limit 1"))
                .containsExactly("only" + version);
        assertThat(sql.rows("select count(*) from tallyman.entry")).containsExactly("2");
    }

    @Test
    void storeAndDestinationStayUnlessGiven() throws Exception {
        // When
        manifestImport.run(reader(Collections.emptyIterator()), new ImportTarget("m", "s1", "d1"));
        manifestImport.run(reader(Collections.emptyIterator()), new ImportTarget("m", null, null));
        manifestImport.run(reader(Collections.emptyIterator()), new ImportTarget("m", "s2", null));

        // Then
        assertThat(sql.rows("select name, store, destination, source from tallyman.manifest"))
                .containsExactly("m|s2|d1|rows");
        assertThatThrownBy(() -> new ImportTarget("", null, null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ImportTarget("a\nb", null, null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ImportTarget("x".repeat(201), null, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private ImportSummary imported(String file) throws IOException, SQLException {
        return imported("nightly", file);
    }

    private ImportSummary imported(String manifest, String file) throws IOException, SQLException {
        try (ManifestReader reader = ManifestFile.open("-", null, new ByteArrayInputStream(file.getBytes(UTF_8)))) {
            return manifestImport.run(reader, new ImportTarget(manifest, null, null));
        }
    }

    private void settleAll() {
        sql.run("delete from tallyman.queue");
        sql.run("update tallyman.entry set state = 'verified', finished_at = now(), attempts = 1, lease_epoch = 4,"
                + " actual_size_bytes = 1");
    }

    private List<String> entries() {
        return sql.rows("select e.*, q.*, e.xmin, q.xmin from tallyman.entry e"
                + " left join tallyman.queue q on q.entry_id = e.id order by id");
    }

    private static Map<String, String> mapOf(String json) {
        return json == null ? Map.of() : JsonText.toMap(json);
    }

    private static Map<String, String> map(Random random) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int size = random.nextInt(3); size > 0; size--) {
            map.put(awkward(random), awkward(random));
        }
        return map;
    }

    private static String awkward(Random random) {
        String[] pieces = {
            "\\", "\t", "\n", "\r", "\"", "'", ",", "{", "}", "\\N", "\\.", "\\x41", "NULL", "é", "€", "𝄞", "\u0001",
            "\u2028", " ", "a", "\b", "\f", "\u000b", "%", "\ufffd"
        };
        StringBuilder text = new StringBuilder("x");
        for (int length = random.nextInt(6); length > 0; length--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }

    private static ManifestReader reader(Iterator<ManifestRow> rows) {
        return new ManifestReader() {
            @Override
            public String file() {
                return "rows";
            }

            @Override
            public ManifestRow next() {
                return rows.hasNext() ? rows.next() : null;
            }

            @Override
            public void close() {}
        };
    }
}
