package io.tallyman.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KeptPartsTest {
    private static final String ROWS =
            "select offset_bytes, length_bytes, crc64, etag from tallyman.entry_part order by offset_bytes";

    private final LedgerFixture ledger = new LedgerFixture(2);
    private final KeptParts kept = new KeptParts(ledger.database);

    @Test
    void theHolderOfTheLeaseListsWhatIsKeptAndReplacesItAsItGrows() throws Exception {
        // Given
        Claim claim = ledger.claims(ledger.join()).claim(1).getFirst();
        kept.replace(
                claim.entryId(),
                claim.epoch(),
                "\"e\"",
                List.of(new KeptParts.Part(0, 10, -1), new KeptParts.Part(100, 5, 7)));

        // When
        int gone = kept.replace(
                claim.entryId(),
                claim.epoch(),
                "\"e\"",
                List.of(new KeptParts.Part(0, 20, 3), new KeptParts.Part(50, 5, 8)));

        // Then
        assertThat(gone).isEqualTo(1);
        assertThat(ledger.sql.rows(ROWS)).containsExactly("0|20|3|\"e\"", "50|5|8|\"e\"");
        kept.forget(claim.entryId(), claim.epoch());
        assertThat(ledger.sql.rows(ROWS)).isEmpty();
    }

    @Test
    void aChecksumIsListedUnsigned() throws Exception {
        Claim claim = ledger.claims(ledger.join()).claim(1).getFirst();

        kept.replace(claim.entryId(), claim.epoch(), "\"e\"", List.of(new KeptParts.Part(0, 10, -1)));

        assertThat(ledger.sql.rows(ROWS)).containsExactly("0|10|18446744073709551615|\"e\"");
    }

    @Test
    void aFencedWorkerChangesNothing() throws Exception {
        Claim claim = ledger.claims(ledger.join()).claim(1).getFirst();
        kept.replace(claim.entryId(), claim.epoch(), "\"e\"", List.of(new KeptParts.Part(0, 10, 1)));

        int gone = kept.replace(claim.entryId(), claim.epoch() - 1, "\"e\"", List.of());

        kept.forget(claim.entryId(), claim.epoch() - 1);

        assertThat(gone).isZero();
        assertThat(ledger.sql.rows(ROWS)).hasSize(1);
    }

    @Test
    void anEntryThatIsGoneTakesItsPartsAlong() throws Exception {
        Claim claim = ledger.claims(ledger.join()).claim(1).getFirst();
        kept.replace(claim.entryId(), claim.epoch(), "\"e\"", List.of(new KeptParts.Part(0, 10, 1)));

        ledger.sql.run("delete from tallyman.entry where id = " + claim.entryId());

        assertThat(ledger.sql.rows(ROWS)).isEmpty();
    }
}
