package io.tallyman.ledger;

import static io.tallyman.ledger.LedgerFixture.DEAD_AFTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tallyman.ledger.Reclaim.Reclaimed;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReclaimTest {

    @Test
    void whatADeadWorkerHeldIsPendingAgainAndCountsAsAnAttempt() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(3);
        Worker dead = ledger.join();
        Worker living = ledger.join();
        ledger.claims(dead).claim(2);
        ledger.claims(living).claim(1);
        ledger.lose(dead);

        // When
        Reclaimed first = ledger.reclaim.reclaim(ledger.process, DEAD_AFTER, 2);
        Reclaimed second = ledger.reclaim.reclaim(ledger.process, DEAD_AFTER, 2);

        // Then
        assertThat(first).isEqualTo(new Reclaimed(1, 2, List.of()));
        assertThat(second).isEqualTo(new Reclaimed(0, 0, List.of()));
        assertThat(ledger.sql.rows("select s.key, s.state, s.lease_epoch, s.attempts, s.worker_deaths, e.failure_kind"
                        + " from tallyman.standing s join tallyman.entry e on e.id = s.entry_id order by e.id"))
                .containsExactly(
                        "k1|pending|1|1|1|worker_died", "k2|pending|1|1|1|worker_died", "k3|leased|1|0|0|null");
        assertThat(ledger.sql.rows("select key, outcome, final, failure_kind, number, run_id, worker_id from"
                        + " tallyman.attempt order by entry_id"))
                .containsExactly(
                        "k1|retried|f|worker_died|1|%d|%d".formatted(dead.runId(), dead.id()),
                        "k2|retried|f|worker_died|1|%d|%d".formatted(dead.runId(), dead.id()));
    }

    @Test
    void anEntryThatKillsItsWorkersIsFoundAmongThoseInItsCompany() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(20);

        // When
        int deaths = 0;
        List<Reclaim.Quarantined> quarantined = List.of();
        for (boolean done = false; !done; ) {
            Worker worker = ledger.join();
            Claims claims = ledger.claims(worker);
            boolean killed = false;
            for (List<Claim> some = claims.claim(8); !some.isEmpty() && !killed; some = claims.claim(8)) {
                killed = some.stream().anyMatch(claim -> claim.key().equals("k5"));
                if (!killed) {
                    ledger.record(
                            worker, some.stream().map(LedgerFixture::landed).toArray(Recorded[]::new));
                }
            }
            done = !killed;
            if (killed) {
                deaths++;
                ledger.lose(worker);
                quarantined =
                        ledger.reclaim.reclaim(ledger.process, DEAD_AFTER, 2).quarantined();
            }
        }

        // Then
        assertThat(deaths).isEqualTo(2);
        assertThat(quarantined)
                .extracting(Reclaim.Quarantined::destination, Reclaim.Quarantined::path, Reclaim.Quarantined::epoch)
                .containsExactly(tuple("dest", "p5", 2));
        assertThat(ledger.sql.rows("select key, state, failure_kind, failure_message, attempts, run_id is not null,"
                        + " finished_at is not null from tallyman.entry where state <> 'verified'"))
                .containsExactly(
                        "k5|quarantined|worker_died|the worker died while it held the entry, for the 2. time|2|t|t");
        assertThat(ledger.sql.rows("select outcome from tallyman.attempt where key = 'k5' order by id"))
                .containsExactly("retried", "quarantined");
    }

    @Test
    void aProcessOfThisMachineThatIsNoMoreIsNoticedAtOnce() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(1);
        Process other = new ProcessBuilder("sleep", "600").start();
        WorkerProcess here = ledger.process;
        String started = java.nio.file.Files.readString(java.nio.file.Path.of("/proc/" + other.pid() + "/stat"))
                .split(" ", -1)[21];
        Worker worker = ledger.runs.join(
                ledger.manifestId,
                "dest",
                new WorkerProcess(here.host(), here.machine(), other.pid(), started),
                "1.0",
                DEAD_AFTER);
        ledger.claims(worker).claim(1);

        // When
        Reclaimed living = ledger.reclaim.reclaim(here, DEAD_AFTER, 2);
        other.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        Reclaimed dead = ledger.reclaim.reclaim(here, DEAD_AFTER, 2);

        // Then
        assertThat(living).isEqualTo(new Reclaimed(0, 0, List.of()));
        assertThat(dead).isEqualTo(new Reclaimed(1, 1, List.of()));
    }

    @Test
    void aProcessOfAnotherMachineIsKnownByItsHeartbeatAlone() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(1);
        Worker elsewhere = ledger.runs.join(
                ledger.manifestId, "dest", new WorkerProcess("h", "another machine", 1, "1"), "1.0", DEAD_AFTER);

        // Then
        assertThat(ledger.reclaim.reclaim(ledger.process, DEAD_AFTER, 2).lostWorkers())
                .isZero();
        assertThat(ledger.runs.heartbeat(elsewhere)).isTrue();
        ledger.lose(elsewhere);
        assertThat(ledger.reclaim.reclaim(ledger.process, DEAD_AFTER, 2).lostWorkers())
                .isOne();
    }

    @Test
    void whatOthersHaveLockedIsTakenBackTheNextTime() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(3);
        Worker dead = ledger.join();
        ledger.claims(dead).claim(3);
        ledger.lose(dead);
        String released = "select released_at is not null from tallyman.worker";
        List<String> releasedBefore;

        // When
        Reclaimed first;
        try (Connection other = ledger.database.getConnection();
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute(
                    "select from tallyman.queue where entry_id = (select max(entry_id) from tallyman.queue) for update");
            first = ledger.reclaim.reclaim(ledger.process, DEAD_AFTER, 2);
            releasedBefore = ledger.sql.rows(released);
        }
        Reclaimed second = ledger.reclaim.reclaim(ledger.process, DEAD_AFTER, 2);

        // Then
        assertThat(first).isEqualTo(new Reclaimed(1, 2, List.of()));
        assertThat(releasedBefore).containsExactly("f");
        assertThat(second).isEqualTo(new Reclaimed(0, 1, List.of()));
        assertThat(ledger.sql.rows(released)).containsExactly("t");
    }
}
