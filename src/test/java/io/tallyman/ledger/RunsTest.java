package io.tallyman.ledger;

import static io.tallyman.ledger.LedgerFixture.DEAD_AFTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RunsTest {

    @Test
    void workersJoinOneRunAndTheLastToLeaveClosesIt() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(4);
        List<Future<Worker>> joining = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int count = 0; count < 4; count++) {
                joining.add(threads.submit(ledger::join));
            }
        }
        List<Worker> workers = new ArrayList<>();
        for (Future<Worker> one : joining) {
            workers.add(one.get());
        }

        // When
        List<Boolean> closed = new ArrayList<>();
        for (Worker worker : workers) {
            closed.add(ledger.runs.leave(worker, RunState.FINISHED, closed.size(), DEAD_AFTER));
        }

        // Then
        assertThat(workers)
                .extracting(Worker::runId)
                .containsOnly(workers.get(0).runId());
        assertThat(workers).extracting(Worker::id).doesNotHaveDuplicates();
        assertThat(closed).containsExactly(false, false, false, true);
        assertThat(ledger.sql.rows(
                        "select state, exit_code, workers, finished_at is not null from report.run_overview"))
                .containsExactly("finished|3|4|t");
        assertThat(ledger.join().runId()).isNotEqualTo(workers.get(0).runId());
    }

    @Test
    void aRunWhoseWorkersAreDeadIsStoppedAndAnotherOneOpened() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(1);
        Worker dead = ledger.join();
        ledger.lose(dead);

        // When
        Worker next = ledger.join();

        // Then
        assertThat(next.runId()).isNotEqualTo(dead.runId());
        assertThat(ledger.sql.rows("select state, exit_code from tallyman.run order by id"))
                .containsExactly("stopped|null", "running|null");
        assertThat(ledger.sql.rows("select lost from tallyman.worker order by id"))
                .containsExactly("t", "f");
    }

    @Test
    void leavingGivesBackWhatIsHeldWithoutCountingIt() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(2);
        Worker worker = ledger.join();
        ledger.claims(worker).claim(2);

        // When
        ledger.runs.leave(worker, RunState.STOPPED, 143, DEAD_AFTER);
        ledger.reclaim.reclaim(ledger.process, DEAD_AFTER, 2);

        // Then
        assertThat(ledger.sql.rows("select state, attempts, worker_deaths from tallyman.standing"))
                .containsExactly("pending|0|0", "pending|0|0");
        assertThat(ledger.sql.rows("select * from tallyman.attempt")).isEmpty();
    }

    @Test
    void aRunIsNotJoinedWithAnotherDestination() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(1);
        ledger.join();

        // Then
        assertThatThrownBy(() -> ledger.runs.join(ledger.manifestId, "other", ledger.process, "1.0", DEAD_AFTER))
                .isInstanceOf(DestinationDiffersException.class)
                .hasMessageContaining("brings its files to dest, not to other");
    }

    @Test
    void theBacklogTellsWhetherToGoOnToWaitOrToStop() throws Exception {
        // Given
        LedgerFixture ledger = new LedgerFixture(3);
        Backlog backlog = new Backlog(ledger.database);
        Worker worker = ledger.join();
        assertThat(backlog.left(ledger.manifestId)).isEqualTo(new Backlog.Left(3, 0, Duration.ZERO));

        // When
        List<Claim> held = ledger.claims(worker).claim(3);
        Backlog.Left allHeld = backlog.left(ledger.manifestId);
        ledger.record(worker, LedgerFixture.landed(held.get(0)), LedgerFixture.landed(held.get(1)));
        ledger.queue("worker_id = null, not_before = now() + interval '1 hour'", "key = 'k3'");
        Backlog.Left later = backlog.left(ledger.manifestId);

        // Then
        assertThat(allHeld).isEqualTo(new Backlog.Left(0, 3, null));
        assertThat(later.pending()).isOne();
        assertThat(later.untilNext()).isBetween(Duration.ofMinutes(50), Duration.ofHours(1));
        assertThat(backlog.tally(ledger.manifestId)).isEqualTo(new Backlog.Tally(1, 0, 2, 0, 0, 0));
        ledger.queue("not_before = null", "key = 'k3'");
        Claim last = ledger.claims(worker).claim(1).get(0);
        ledger.record(worker, LedgerFixture.landed(last));
        assertThat(backlog.left(ledger.manifestId).isNothing()).isTrue();
    }
}
