package io.tallyman.scenario;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tallyman.demo.FaultScript;
import io.tallyman.demo.StandInCredentials;
import io.tallyman.demo.StandInOss;
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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One stand-in bucket, one manifest and one destination: what a scenario plays on. */
final class Quay implements AutoCloseable {
    static final String ACCESS_KEY_ID = "test-access-key-id";
    static final String ACCESS_KEY_SECRET = "test-access-key-secret";
    static final String REGION = "cn-test";
    static final String BUCKET = "test-bucket";

    final StandInOss oss = StandInOss.builder()
            .credentials(new StandInCredentials(ACCESS_KEY_ID, ACCESS_KEY_SECRET))
            .region(REGION)
            .start();
    final Path destination;
    private final String manifest;
    private final ManifestImport manifestImport;
    private final Runner runner;

    Quay(String manifest, Path destination, ManifestImport manifestImport, Runner runner) {
        this.manifest = manifest;
        this.destination = destination;
        this.manifestImport = manifestImport;
        this.runner = runner;
    }

    void put(String key, byte[] bytes) {
        oss.bucket(BUCKET).put(key, bytes);
    }

    void script(FaultScript script) {
        oss.script(script);
    }

    /** Imports the lines of a CSV file. */
    void importCsv(String... lines) throws Exception {
        byte[] csv = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        try (ManifestReader rows = ManifestFile.open("-", null, new ByteArrayInputStream(csv))) {
            manifestImport.run(rows, new ImportTarget(manifest, null, destination.toString()));
        }
    }

    RunResult run() throws Exception {
        return run(store(ACCESS_KEY_SECRET));
    }

    RunResult run(@Nullable Store store) throws Exception {
        Manifest entity = QuarkusTransaction.requiringNew()
                .call(() -> Manifest.named(manifest))
                .orElseThrow();
        return runner.run(entity, store, new RunRequest(manifest, null, null, null), new RunProgress());
    }

    Store store(String secret) {
        return new Store(
                "test",
                oss.endpoint(),
                REGION,
                BUCKET,
                Addressing.PATH,
                CredentialsSource.fixed(new Credentials(ACCESS_KEY_ID, secret, null, null)));
    }

    /** Every file below the destination, relative, sorted. */
    List<String> files() throws IOException {
        return files(destination);
    }

    static List<String> files(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            return tree.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void close() {
        oss.close();
    }
}
