package io.tallyman.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.database.TestDatabase;
import io.tallyman.ledger.Sql;
import io.tallyman.transfer.CaseTwins;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManifestEntriesTest {
    private static final Set<EntryState> ALL = EnumSet.allOf(EntryState.class);
    private static final int MANY = 5_000;

    private DataSource database;
    private Sql sql;
    private ManifestEntries entries;

    @BeforeEach
    void freshDatabase() {
        database = TestDatabase.fresh();
        sql = new Sql(database);
        entries = new ManifestEntries(database);
    }

    @Test
    void anEntrySaysWhatItsRowSaid() throws Exception {
        // Given
        String file = """
                key,version_id,size,crc64,md5,sha256,path,priority,expires,headers,additional_headers,params
                a,v1,1,18446744073709551615,9e107d9d372bb6826bd81d3542a419d6,%s,p/a,7,60,"{""x-a"":""1""}","[""x-a""]","{""p"":""q""}"
                b,,,,,,,,,,,
                """.formatted("0f".repeat(32));
        Manifest manifest = imported("m", file);

        // When
        List<ManifestRow> read = read(manifest, ALL);

        // Then
        try (ManifestReader rows = reader(file)) {
            assertThat(read.get(0))
                    .usingRecursiveComparison()
                    .ignoringFields("line")
                    .isEqualTo(rows.next());
            assertThat(read.get(1))
                    .usingRecursiveComparison()
                    .ignoringFields("line")
                    .isEqualTo(rows.next());
        }
        assertThat(read).extracting(ManifestRow::line).containsExactly(1L, 2L);
    }

    @Test
    void manyEntriesComeInTheOrderOfTheFileAndOnlyThoseOfTheManifestAndTheStates() throws Exception {
        // Given
        StringBuilder file = new StringBuilder("key,priority\n");
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            String key = "k" + i * 7919 % MANY;
            keys.add(key);
            file.append(key).append(',').append(i % 3).append('\n');
        }
        imported("other", "key\nx\n");
        Manifest manifest = imported("m", file.toString());
        sql.run("update tallyman.entry set state = 'failed', finished_at = now() where key like '%7'");

        // When, Then
        assertThat(read(manifest, ALL)).extracting(ManifestRow::key).containsExactlyElementsOf(keys);
        assertThat(read(manifest, Set.of(EntryState.FAILED)))
                .extracting(ManifestRow::key)
                .containsExactlyElementsOf(
                        keys.stream().filter(key -> key.endsWith("7")).toList());
        assertThat(read(manifest, Set.of(EntryState.PENDING, EntryState.FAILED)))
                .hasSize(MANY);
        assertThat(read(manifest, Set.of(EntryState.VERIFIED))).isEmpty();
    }

    @Test
    void whatChangesMeanwhileIsNotSeen() throws Exception {
        // Given
        Manifest manifest = imported("m", "key\na\nb\n");

        try (ManifestReader rows = entries.keys(manifest, ALL)) {
            // When
            sql.run("delete from tallyman.entry");

            // Then
            assertThat(rows.next()).isNotNull();
            assertThat(rows.next()).isNotNull();
            assertThat(rows.next()).isNull();
        }
    }

    @Test
    void aUrlThatOthersSignedIsRefusedBeforeTheFirstRowUnlessItsStateIsNotAskedFor() throws Exception {
        // Given
        Manifest manifest = imported("m", "key,url\na,\n,https://h.example/p?Signature=not-a-real-one\n");
        sql.run("update tallyman.entry set state = 'verified', finished_at = now() where url is null");

        // When, Then
        assertThatThrownBy(() -> entries.keys(manifest, ALL))
                .isInstanceOf(ManifestRefusedException.class)
                .hasMessage(
                        "manifest m: url: some of its entries hold URLs that others signed; only keys can be signed");
        assertThat(read(manifest, Set.of(EntryState.VERIFIED)))
                .extracting(ManifestRow::key)
                .containsExactly("a");
    }

    private List<ManifestRow> read(Manifest manifest, Set<EntryState> states) throws Exception {
        List<ManifestRow> all = new ArrayList<>();
        try (ManifestReader rows = entries.keys(manifest, states)) {
            assertThat(rows.file()).isEqualTo("manifest " + manifest.name);
            for (ManifestRow row = rows.next(); row != null; row = rows.next()) {
                all.add(row);
            }
        }
        return all;
    }

    private Manifest imported(String name, String file) throws Exception {
        Manifest manifest = new Manifest();
        manifest.name = name;
        try (ManifestReader rows = reader(file)) {
            manifest.id = new ManifestImport(database, () -> CaseTwins.REFUSE)
                    .run(rows, new ImportTarget(name, null, null))
                    .manifestId();
        }
        return manifest;
    }

    private static ManifestReader reader(String file) throws Exception {
        return ManifestFile.open("-", null, new ByteArrayInputStream(file.getBytes(UTF_8)));
    }
}
