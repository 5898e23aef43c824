package io.tallyman.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.database.TestDatabase;
import io.tallyman.demo.Fault;
import io.tallyman.demo.FaultScript;
import io.tallyman.demo.StandInCredentials;
import io.tallyman.demo.StandInOss;
import io.tallyman.job.DeathPoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Workers that die at each point of an entry's way, and others that go on: nothing is lost, nothing is recorded twice,
 * nothing half is ever visible, and hardly a byte of a large object is fetched twice. Each death costs the start of a
 * JVM; {@code -Dtallyman.kills=20} makes it twenty at each point.
 */
class KilledAtEveryPointTest {
    private static final int KILLS = Integer.getInteger("tallyman.kills", 4);
    /** Of all bytes of the large objects at each point, of which most live through several deaths. */
    private static final double FETCHED_AGAIN_AT_MOST = 0.05;
    /** 5 MiB/s on each connection, as over a good line; on a loopback without a pace the socket's buffers alone hold half an object. */
    private static final Fault LINE = new Fault.SlowDrip(16 * 1024, Duration.ofMillis(3));

    private static final long SEED = Long.getLong("tallyman.seed", System.nanoTime());

    @TempDir
    static Path folder;

    private static final Map<DeathPoint, Future<DeathToll>> TOLLS = new EnumMap<>(DeathPoint.class);
    private static StandInOss oss;
    private static ExecutorService players;

    /** Several points at a time: much of it is waiting for JVMs to start and for the line. */
    @BeforeAll
    static void killAtEveryPoint() throws Exception {
        System.out.println("tallyman.seed=" + SEED);
        oss = StandInOss.builder()
                .credentials(new StandInCredentials(Quay.ACCESS_KEY_ID, Quay.ACCESS_KEY_SECRET))
                .region(Quay.REGION)
                .start();
        oss.script(FaultScript.none().always(key -> true, LINE));
        players = Executors.newFixedThreadPool(4);
        WorkerJvm first = WorkerJvm.dumping(folder);
        new Killing(DeathPoint.AFTER_CLAIM, SEED, oss, TestDatabase.fresh(), folder.resolve("first"), first)
                .play("unharmed", 0);
        assertThat(first.archive()).isNotEmptyFile();
        for (DeathPoint point : DeathPoint.values()) {
            // Each has a database of its own: a worker takes back what the dead of all manifests held.
            DataSource database = TestDatabase.fresh();
            Killing killing = new Killing(point, SEED, oss, database, folder.resolve(point.name()), first.dumped());
            TOLLS.put(point, players.submit(() -> killing.kill(KILLS)));
        }
    }

    @AfterAll
    static void close() {
        players.shutdownNow();
        oss.close();
    }

    @ParameterizedTest
    @EnumSource
    void workersKilledThereLoseNothingAndFetchHardlyAnythingTwice(DeathPoint point) throws Exception {
        // A worker that hangs is to fail this, not to hang it.
        DeathToll toll = TOLLS.get(point).get(15, TimeUnit.MINUTES);

        System.out.println(point + ": " + toll);
        assertThat(toll.kills()).isEqualTo(KILLS);
        assertThat(toll.shareFetchedAgain()).isLessThanOrEqualTo(FETCHED_AGAIN_AT_MOST);
    }
}
