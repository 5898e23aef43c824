package io.tallyman.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.tallyman.database.TestDatabase;
import io.tallyman.house.FaultCase;
import io.tallyman.ledger.Sql;
import io.tallyman.transfer.CaseTwins;
import io.tallyman.transfer.TextTable;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Paths that would meet on disk are refused while they are imported, and nothing of their file stays. */
class TwinPathsTest {
    private static DataSource database;
    private static Sql sql;

    @BeforeAll
    static void givenADatabase() {
        database = TestDatabase.fresh();
        sql = new Sql(database);
    }

    @BeforeEach
    void givenNoManifest() {
        sql.run("delete from tallyman.manifest");
    }

    private record Pair(int line, String outcome, String first, String second) {
        boolean isRefused() {
            return !outcome.equals("apart");
        }

        boolean isRefusedUnlessAllowed() {
            return outcome.startsWith("case");
        }

        /** Under a folder of its own, so that it meets no other pair. */
        Stream<String> apart() {
            return Stream.of(first, second).map(path -> "pair " + line + "/" + path);
        }
    }

    private static Stream<Pair> pairs() {
        return TextTable.rows("/io/tallyman/manifest/twins.txt").stream()
                .map(row -> new Pair(
                        row.line(),
                        row.cells().get(0),
                        TextTable.meaning(row.cells().get(1)),
                        TextTable.meaning(row.cells().get(2))));
    }

    static Stream<Arguments> refused() {
        return pairs().filter(Pair::isRefused).map(pair -> Arguments.of(pair.line(), pair));
    }

    @ParameterizedTest(name = "line {0}")
    @MethodSource("refused")
    @FaultCase(41)
    void aPairThatMeetsIsRefused(int line, Pair pair) {
        assertRefused(CaseTwins.REFUSE, pair, List.of(pair.first(), "between", pair.second()));
        if (!pair.isRefusedUnlessAllowed()) {
            assertRefused(CaseTwins.ALLOW, pair, List.of(pair.second(), "zzz", "Between", pair.first()));
        }
    }

    @Test
    void pairsApartAreTaken() throws Exception {
        List<String> paths =
                pairs().filter(pair -> !pair.isRefused()).flatMap(Pair::apart).toList();

        assertThat(imported(CaseTwins.REFUSE, paths).added()).isEqualTo(paths.size());
    }

    @Test
    void pairsOfCaseAreTakenWhereTheyAreAllowed() throws Exception {
        List<String> paths = pairs().filter(pair -> !pair.isRefused() || pair.isRefusedUnlessAllowed())
                .flatMap(Pair::apart)
                .toList();

        assertThat(imported(CaseTwins.ALLOW, paths).added()).isEqualTo(paths.size());
    }

    private static void assertRefused(CaseTwins twins, Pair pair, List<String> paths) {
        assertThatThrownBy(() -> imported(twins, paths))
                .isInstanceOf(ManifestRefusedException.class)
                .hasMessageStartingWith("standard input:" + (paths.size() + 1) + ": path: ")
                .hasMessageContaining("line 2")
                .hasMessageContaining(says(pair.outcome()))
                .hasMessageEndingWith("; give one of them another path")
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
        assertThat(sql.rows("select 1 from tallyman.entry union all select 1 from tallyman.manifest"))
                .isEmpty();
    }

    private static String says(String outcome) {
        return switch (outcome) {
            case "same" -> "is the same path as";
            case "unicode" -> "two Unicode normal forms";
            case "case" -> "differ only in case, invisible characters, or dots and blanks at the end of a name";
            default -> "a folder";
        };
    }

    @Test
    void bothRowsAreNamed() {
        assertThatThrownBy(() -> imported(CaseTwins.REFUSE, List.of("x/Readme", "y", "x/README")))
                .hasMessage(
                        "standard input:4: path: \"x/README\" and line 2, \"x/Readme\", differ only in case, invisible"
                                + " characters, or dots and blanks at the end of a name, and are one file on some systems"
                                + " (tallyman.manifest.case-twins); give one of them another path");
        assertThatThrownBy(() -> imported(CaseTwins.REFUSE, List.of("a", "a/b")))
                .hasMessage("standard input:3: path: \"a/b\" needs a folder where line 2 has a file, \"a\";"
                        + " give one of them another path");
        assertThatThrownBy(() -> imported(CaseTwins.REFUSE, List.of("a/b", "a")))
                .hasMessage("standard input:3: path: \"a\" is a file where line 2, \"a/b\", needs a folder;"
                        + " give one of them another path");
        assertThatThrownBy(() -> imported(CaseTwins.REFUSE, List.of("a\u200bb", "ab")))
                .hasMessageContaining("\"ab\" and line 2, \"a\\u200bb\",");
    }

    @Test
    void ofManyTheOneThatComesFirstInTheFileIsNamed() {
        assertThatThrownBy(() -> imported(CaseTwins.REFUSE, List.of("z", "b", "B", "a", "A", "b/c", "Z")))
                .hasMessageContaining(":4: path: \"B\" and line 3, \"b\"");
    }

    @Test
    void aRowOfANewerFileMayNotMeetOneThatStays() throws Exception {
        // Given
        imported(CaseTwins.REFUSE, List.of("stays", "dir/stays", "goes"));
        List<String> before = sql.rows("select * from tallyman.entry order by id");

        // Then
        for (String meets : List.of("Stays", "dir", "DIR", "stays/below", "dir/stays/below", "dir/STAYS.")) {
            assertThatThrownBy(() -> imported(CaseTwins.REFUSE, List.of("stays", "dir/stays", meets)))
                    .isInstanceOf(ManifestRefusedException.class);
            assertThat(sql.rows("select * from tallyman.entry order by id")).isEqualTo(before);
        }

        // And one that is gone is in nobody's way
        assertThat(imported(CaseTwins.REFUSE, List.of("stays", "dir/stays", "Goes", "goes-too/a"))
                        .gone())
                .isOne();
        assertThat(imported(CaseTwins.REFUSE, List.of("stays", "dir", "Goes/a")).gone())
                .isEqualTo(3);
    }

    private static ImportSummary imported(CaseTwins twins, List<String> paths) throws Exception {
        StringWriter file = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().build(file)) {
            csv.writeRecord("key", "path");
            Set<String> seen = new HashSet<>();
            for (String path : paths) {
                csv.writeRecord((seen.add(path) ? "key of " : "another key of ") + path, path);
            }
        }
        try (ManifestReader rows = ManifestFile.open(
                "-",
                ManifestFormat.CSV,
                new ByteArrayInputStream(file.toString().getBytes(UTF_8)))) {
            return new ManifestImport(database, () -> twins).run(rows, new ImportTarget("twins", null, null));
        }
    }
}
