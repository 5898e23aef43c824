package io.tallyman.demo;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tallyman.database.FileTrees;
import io.tallyman.job.RunProgress;
import io.tallyman.job.RunRequest;
import io.tallyman.job.RunResult;
import io.tallyman.job.Runner;
import io.tallyman.manifest.ImportTarget;
import io.tallyman.manifest.Manifest;
import io.tallyman.manifest.ManifestFile;
import io.tallyman.manifest.ManifestImport;
import io.tallyman.manifest.ManifestReader;
import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.CredentialsSource;
import io.tallyman.store.Store;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;

/**
 * The whole job with nothing set up: a stand-in OSS with real files in it, a manifest imported from a file, a run in which some requests go
 * wrong, and a comparison of what came ashore with what was there. Leaves the database and the files for a look around.
 */
@Singleton
public class Demonstration {
    /** The manifest's name; one of an earlier demonstration is replaced. */
    public static final String MANIFEST = "demo";

    private static final String BUCKET = "demo-bucket";
    private static final String REGION = "cn-demo";
    // Nothing but the stand-in on loopback knows these.
    private static final String ACCESS_KEY_ID = "demo-access-key-id";
    private static final String ACCESS_KEY_SECRET = "demo-access-key-secret";

    private final ManifestImport manifestImport;
    private final Runner runner;
    private final Clock clock;

    public Demonstration(ManifestImport manifestImport, Runner runner, Clock clock) {
        this.manifestImport = manifestImport;
        this.runner = runner;
        this.clock = clock;
    }

    /** What the demonstration came to: the run, and how many files were found equal to their objects, byte for byte. */
    public record Outcome(RunResult run, int objects, int equalFiles, Path manifestFile, Path destination) {}

    /**
     * Shows it all.
     *
     * @param source the folder whose files fill the bucket; they are not changed
     * @param folder where the manifest file and the folder {@code files} are made anew
     */
    public Outcome show(Path source, Path folder, RunProgress progress)
            throws IOException, SQLException, InterruptedException {
        Path destination = folder.resolve("files");
        Path manifestFile = folder.resolve("manifest.csv");
        FileTrees.delete(destination);
        Files.createDirectories(destination);
        List<DemoObject> objects = DemoObjects.from(source);
        write(objects, manifestFile);
        try (StandInOss oss = StandInOss.builder()
                .credentials(new StandInCredentials(ACCESS_KEY_ID, ACCESS_KEY_SECRET))
                .region(REGION)
                .clock(clock)
                .start()) {
            StandInBucket bucket = oss.bucket(BUCKET);
            objects.forEach(object -> bucket.put(object.key(), StoredObject.of(object.content(), object.checksums())));
            oss.script(DemoFaults.over(objects));
            Manifest manifest = importAnew(manifestFile, destination);
            Store store = new Store(
                    "demo",
                    oss.endpoint(),
                    REGION,
                    BUCKET,
                    Addressing.PATH,
                    CredentialsSource.fixed(new Credentials(ACCESS_KEY_ID, ACCESS_KEY_SECRET, null, null)));
            RunResult result = runner.run(manifest, store, new RunRequest(MANIFEST, null, null, null), progress);
            return new Outcome(result, objects.size(), equalFiles(objects, destination), manifestFile, destination);
        }
    }

    private static void write(List<DemoObject> objects, Path file) throws IOException {
        try (CsvWriter csv = CsvWriter.builder().build(file)) {
            csv.writeRecord("key", "size", "crc64", "md5", "sha256", "path");
            for (DemoObject object : objects) {
                csv.writeRecord(
                        object.key(),
                        Long.toString(object.content().sizeBytes()),
                        object.checksums().crc64Text(),
                        object.checksums().md5(),
                        object.checksums().sha256(),
                        object.path());
            }
        }
    }

    private Manifest importAnew(Path file, Path destination) throws IOException, SQLException {
        QuarkusTransaction.requiringNew().run(() -> Manifest.delete("name", MANIFEST));
        try (ManifestReader rows = ManifestFile.open(file.toString(), null, InputStream.nullInputStream())) {
            manifestImport.run(rows, new ImportTarget(MANIFEST, null, destination.toString()));
        }
        return QuarkusTransaction.requiringNew()
                .call(() -> Manifest.named(MANIFEST))
                .orElseThrow();
    }

    /** An independent look at the files: neither the program's checksums nor its ledger are asked. */
    private static int equalFiles(List<DemoObject> objects, Path destination) throws IOException {
        int equal = 0;
        for (DemoObject object : objects) {
            Path file = destination.resolve(object.path());
            if (Files.isRegularFile(file) && isEqual(object.content(), Content.of(file))) {
                equal++;
            }
        }
        return equal;
    }

    private static boolean isEqual(Content expected, Content actual) throws IOException {
        if (expected.sizeBytes() != actual.sizeBytes()) {
            return false;
        }
        try (Content.Reading one = expected.open();
                Content.Reading other = actual.open()) {
            ByteBuffer ours = ByteBuffer.allocate(1 << 16);
            ByteBuffer theirs = ByteBuffer.allocate(1 << 16);
            for (long at = 0; at < expected.sizeBytes(); at += ours.capacity()) {
                int count = (int) Math.min(ours.capacity(), expected.sizeBytes() - at);
                one.read(ours.clear().limit(count), at);
                other.read(theirs.clear().limit(count), at);
                if (!ours.flip().equals(theirs.flip())) {
                    return false;
                }
            }
            return true;
        }
    }
}
