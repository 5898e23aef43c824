package io.tallyman.job;

import io.tallyman.ledger.Attempted;
import io.tallyman.ledger.Claim;
import io.tallyman.retry.Failure;
import io.tallyman.retry.FailureKind;
import io.tallyman.transfer.TransferOutcome;
import io.tallyman.verify.Expectations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Claims and outcomes as the tests of this package need them. */
final class Entries {
    static final Attempted ATTEMPTED =
            new Attempted(Instant.parse("2026-01-01T00:00:00Z"), Duration.ofSeconds(1), 0, null, null);

    private Entries() {}

    static Claim claim() {
        return claim(0, 0, null);
    }

    static Claim claim(int attempts, int deferrals, @Nullable String url) {
        return new Claim(
                1,
                1,
                attempts,
                deferrals,
                false,
                0,
                "key",
                url,
                "",
                "path",
                new Expectations(null, Map.of()),
                null,
                Map.of(),
                List.of(),
                Map.of());
    }

    static Failure failure(FailureKind kind, @Nullable Integer status) {
        return new Failure(kind, "it failed", status, null, null, null);
    }

    static TransferOutcome outcome(@Nullable Failure failure, @Nullable Integer status) {
        return new TransferOutcome(failure, true, false, 7, Duration.ofSeconds(1), status, "r", "e", 7L, "1");
    }
}
