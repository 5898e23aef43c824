package io.tallyman.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.ledger.KeptParts;
import io.tallyman.ledger.LedgerFixture;
import io.tallyman.ledger.Recorded;
import io.tallyman.retry.Backoff;
import io.tallyman.retry.FailureKind;
import io.tallyman.sign.StoreClock;
import io.tallyman.transfer.ApacheObjectClient;
import io.tallyman.transfer.Gates;
import io.tallyman.transfer.Proxies;
import io.tallyman.transfer.Transfer;
import io.tallyman.transfer.TransferSettings;
import io.tallyman.transfer.UrlHosts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntryTaskTest {
    @TempDir
    Path root;

    /** What nobody records is held, and never tried again, for as long as this worker lives. */
    @Test
    void anEntryIsRecordedEvenWhereItsFailureMakesAnotherOne() throws Exception {
        // Given
        Clock clock = Clock.systemUTC();
        PressureLog log = new PressureLog(clock);
        StopSignal stop = new StopSignal();
        DiskSpace disk =
                new DiskSpace(root, () -> Long.MAX_VALUE, 0, Duration.ofMinutes(1), stop, log, System::nanoTime);
        Pressure pressure =
                new Pressure(1, new Gates(1, EntryTaskTest::brokenClock, log), null, disk, log, System::nanoTime);
        StoreClock storeClock = new StoreClock(clock);
        try (ApacheObjectClient client = new ApacheObjectClient(TransferSettings.DEFAULTS, UrlHosts.ANY, Proxies.NONE);
                Transfer transfer = new Transfer(client, TransferSettings.DEFAULTS, clock)) {
            EntryTask task = new EntryTask(
                    root,
                    transfer,
                    new UrlSource(null, Duration.ofMinutes(15), storeClock),
                    new EntryPolicies(2),
                    new Aftermath(3, 10, new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5), new Random(1))),
                    new LeaseGuard(Duration.ofDays(1), Duration.ZERO, System::nanoTime),
                    pressure,
                    new KeptParts(new LedgerFixture(0).database),
                    stop,
                    clock);

            // When nobody listens at a URL, and what should make its retry wait is broken
            Recorded recorded = task.run(Entries.claim(0, 0, "http://127.0.0.1:" + unused() + "/"), () -> {});

            // Then
            assertThat(recorded).isInstanceOfSatisfying(Recorded.Retry.class, retry -> {
                assertThat(retry.failure().kind()).isEqualTo(FailureKind.Local.INTERNAL_ERROR);
                assertThat(retry.burnsAttempt()).isTrue();
            });
        }
    }

    private static long brokenClock() {
        throw new IllegalStateException("this clock is broken");
    }

    private static int unused() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return closed.getLocalPort();
        }
    }
}
