package io.tallyman.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.demo.SeenRequest;
import io.tallyman.demo.StandInOss;
import io.tallyman.job.DeathPoint;
import io.tallyman.verify.Crc64;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Kills workers at one point, one after the other on one manifest until that is done, then on the next. */
final class Killing {
    private static final int SMALL_OBJECTS = 12;
    private static final int LARGE_OBJECTS = 2;
    private static final int LARGE_BYTES = 8 << 20;
    private static final int PART_BYTES = 256 * 1024;
    /** In the middle of the large objects, which come in a thousand reads, and early enough for several deaths each. */
    private static final int MOST_READS = 480;

    private static final int MOST_PASSES = 4;

    private final DeathPoint point;
    private final SplittableRandom random;
    private final StandInOss oss;
    private final DataSource database;
    private final Path folder;
    private final WorkerJvm jvm;
    private final List<DeathToll.Large> large = new ArrayList<>();
    private int kills;

    Killing(DeathPoint point, long seed, StandInOss oss, DataSource database, Path folder, WorkerJvm jvm) {
        this.point = point;
        this.random = new SplittableRandom(seed ^ point.name().hashCode());
        this.oss = oss;
        this.database = database;
        this.folder = folder;
        this.jvm = jvm;
    }

    DeathToll kill(int wanted) throws Exception {
        int rounds = 0;
        while (kills < wanted) {
            play("round-" + rounds++, wanted);
        }
        return new DeathToll(kills, rounds, List.copyOf(large));
    }

    /** Brings one manifest to its end, killing on the way as long as kills are wanted. */
    void play(String round, int wanted) throws Exception {
        Path root = Files.createDirectories(folder.resolve(round));
        String prefix = point + "/" + round + "/";
        Map<String, byte[]> objects = new TreeMap<>();
        for (int i = 0; i < LARGE_OBJECTS; i++) {
            objects.put("large-" + i, bytes(LARGE_BYTES));
        }
        for (int i = 0; i < SMALL_OBJECTS; i++) {
            objects.put("small-" + i, bytes(random.nextInt(1, 40_000)));
        }
        objects.forEach((name, bytes) -> oss.bucket(Quay.BUCKET).put(prefix + name, bytes));
        String manifest = insert(round, prefix, objects);

        boolean finished = false;
        while (!finished) {
            // One that comes too late for the point finishes the manifest.
            int pass = kills < wanted ? random.nextInt(1, 1 + mostPasses()) : Integer.MAX_VALUE;
            finished = !jvm.isKilled(orders(root, manifest, pass), folder.resolve("errors"));
            if (!finished) {
                kills++;
            }
            assertNothingHalfIsVisible(root, manifest, objects);
        }
        assertEveryObjectOnce(root, manifest, objects);
        measure(root, prefix, manifest);
    }

    /** A worker that has nothing else to do records all in one. */
    private int mostPasses() {
        return switch (point) {
            case MID_WRITE -> MOST_READS;
            case AFTER_CLAIM, AFTER_FSYNC, AFTER_RENAME, AFTER_LANDING -> MOST_PASSES;
            case BEFORE_COMMIT, AFTER_COMMIT -> 2;
        };
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    /** What an import does. */
    private String insert(String name, String prefix, Map<String, byte[]> objects) {
        String id = rows("insert into tallyman.manifest (name) values ('" + name + "') returning id")
                .getFirst();
        objects.forEach((object, bytes) -> {
            Crc64 crc = new Crc64();
            crc.update(bytes, 0, bytes.length);
            rows("insert into tallyman.entry (manifest_id, key, path, size_bytes, crc64) values (" + id + ", '" + prefix
                    + object + "', '" + object + "', " + bytes.length + ", " + crc + ") returning id");
        });
        rows("insert into tallyman.queue (entry_id, manifest_id, priority) select id, manifest_id, priority from"
                + " tallyman.entry where manifest_id = " + id + " returning entry_id");
        return id;
    }

    private Properties orders(Path root, String manifest, int pass) throws Exception {
        PGSimpleDataSource postgres = (PGSimpleDataSource) database;
        Properties orders = new Properties();
        orders.putAll(Map.of(
                "url", postgres.getURL(),
                "user", postgres.getUser(),
                "password", String.valueOf(postgres.getPassword()),
                "manifest", manifest,
                "root", root.toString(),
                "received", received(root).toString(),
                "large", Integer.toString(LARGE_BYTES),
                "part", Integer.toString(PART_BYTES)));
        orders.putAll(Map.of(
                "endpoint",
                oss.endpoint().toString(),
                "region",
                Quay.REGION,
                "bucket",
                Quay.BUCKET,
                "accessKeyId",
                Quay.ACCESS_KEY_ID,
                "accessKeySecret",
                Quay.ACCESS_KEY_SECRET,
                "point",
                point.name(),
                "pass",
                Integer.toString(pass),
                "halts",
                Boolean.toString(random.nextBoolean())));
        return orders;
    }

    private void assertNothingHalfIsVisible(Path root, String manifest, Map<String, byte[]> objects) throws Exception {
        List<String> visible = Quay.files(root).stream()
                .filter(name -> !name.startsWith(".tallyman."))
                .toList();
        for (String name : visible) {
            assertThat(objects).containsKey(name);
            assertThat(Arrays.equals(Files.readAllBytes(root.resolve(name)), objects.get(name)))
                    .as("%s in %s is whole", name, root)
                    .isTrue();
        }
        // What is recorded as here is here.
        assertThat(visible)
                .containsAll(
                        rows("select path from tallyman.entry where state = 'verified' and manifest_id = " + manifest));
    }

    private void assertEveryObjectOnce(Path root, String manifest, Map<String, byte[]> objects) throws Exception {
        String ofManifest = " where manifest_id = " + manifest;
        assertThat(Quay.files(root)).containsExactlyElementsOf(objects.keySet());
        assertThat(rows("select path, state from tallyman.entry" + ofManifest + " order by path collate \"C\""))
                .containsExactlyElementsOf(objects.keySet().stream()
                        .map(name -> name + " verified")
                        .toList());
        assertThat(rows("select entry_id from tallyman.queue" + ofManifest)).isEmpty();
        assertThat(rows("select entry_id from tallyman.entry_part")).isEmpty();
        // One final attempt for each entry, the last; every other one is a worker's death; none is missing.
        assertThat(rows("select e.path from tallyman.entry e left join tallyman.attempt a on a.entry_id = e.id"
                        + " where e.manifest_id = " + manifest + " group by e.id"
                        + " having count(*) filter (where a.final) <> 1"
                        + " or count(*) filter (where a.outcome = 'verified') <> 1"
                        + " or count(*) filter (where a.failure_kind = 'worker_died' and a.outcome = 'retried')"
                        + "    <> count(*) - 1"
                        + " or count(*) <> e.attempts"
                        + " or max(a.number) <> count(*) or count(distinct a.number) <> count(*)"
                        + " or max(a.lease_epoch) filter (where a.final) <> max(a.lease_epoch)"))
                .isEmpty();
    }

    private void measure(Path root, String prefix, String manifest) throws Exception {
        Map<String, Long> sent = new HashMap<>();
        for (SeenRequest request : oss.seen()) {
            if (request.key() != null && request.key().startsWith(prefix)) {
                sent.merge(request.key().substring(prefix.length()), request.bodyBytes(), Long::sum);
            }
        }
        Map<String, Long> came = new HashMap<>();
        for (String line : Files.readAllLines(received(root))) {
            String[] words = line.split(" ", -1);
            came.merge(words[0], Long.valueOf(words[1]), Long::sum);
        }
        for (String name : came.keySet()) {
            if (name.startsWith("large-")) {
                String deaths = rows("select count(*) from tallyman.attempt where failure_kind = 'worker_died'"
                                + " and manifest_id = " + manifest + " and key = '" + prefix + name + "'")
                        .getFirst();
                large.add(new DeathToll.Large(LARGE_BYTES, came.get(name), sent.get(name), Integer.parseInt(deaths)));
            }
        }
    }

    private static Path received(Path root) {
        return root.resolveSibling(root.getFileName() + ".received");
    }

    private List<String> rows(String sql) {
        return Ledgers.rows(database, sql);
    }
}
