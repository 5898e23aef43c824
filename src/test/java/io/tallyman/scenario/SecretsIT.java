package io.tallyman.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.database.EmbeddedPostgres;
import io.tallyman.database.PostgresServer;
import io.tallyman.demo.Fault;
import io.tallyman.demo.FaultScript;
import io.tallyman.demo.StandInCredentials;
import io.tallyman.demo.StandInOss;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** No secret, token or signature is in any log line, table or message, whatever happens and however much is logged. */
class SecretsIT {
    private static final String TOKEN = "CANARYTOKENnotarealone/+==";
    private static final String SECRET = "CANARYSECRETnotarealone";
    /** A V4 signature is 64 hex digits; nothing else in this scenario is. */
    private static final Pattern SIGNATURE = Pattern.compile("[0-9a-fA-F]{64}");

    @TempDir
    Path folder;

    @Test
    void logsAtTraceTablesAndMessagesHoldNoSecretTokenOrSignature() throws Exception {
        try (StandInOss oss = StandInOss.builder()
                .credentials(new StandInCredentials(Quay.ACCESS_KEY_ID, SECRET, TOKEN, null))
                .region(Quay.REGION)
                .start()) {
            // Given objects that land, and others that fail in every way that has a message
            FaultScript script = FaultScript.none()
                    .always("refused", new Fault.Status(403, "SignatureDoesNotMatch"))
                    .always("denied", new Fault.Status(403, "AccessDenied"))
                    .always("moved", new Fault.Status(404, "NoSuchKey"))
                    .always("cut", new Fault.CutAfter(1, true))
                    .always("busy", Fault.Status.busy(java.time.Duration.ofMillis(1)))
                    .onRequest("expired", 1, Fault.Status.expired());
            oss.script(script);
            List<String> keys = List.of("good", "refused", "denied", "moved", "cut", "busy", "expired");
            keys.forEach(key -> oss.bucket(Quay.BUCKET).put(key, new byte[1000]));
            Files.writeString(folder.resolve("m.csv"), "key\n" + String.join("\n", keys) + "\n");
            Tallyman tallyman = new Tallyman(folder)
                    .with("QUARKUS_LOG_LEVEL", "TRACE")
                    .with("OSS_ENDPOINT", oss.endpoint().toString())
                    .with("OSS_REGION", Quay.REGION)
                    .with("OSS_BUCKET", Quay.BUCKET)
                    .with("OSS_ACCESS_KEY_ID", Quay.ACCESS_KEY_ID)
                    .with("OSS_ACCESS_KEY_SECRET", SECRET)
                    .with("OSS_SESSION_TOKEN", TOKEN)
                    .with("TALLYMAN_RUN_BACKOFF_BASE", "0.001S")
                    .with("TALLYMAN_RUN_BACKOFF_CAP", "0.002S")
                    .with("TALLYMAN_RUN_MAX_DEFERRALS", "3");
            tallyman.run("import", "m.csv", "--manifest", "m");

            // When
            Tallyman.Result wrongSecret =
                    tallyman.with("OSS_ACCESS_KEY_SECRET", SECRET).run("run", "m", "--dest", "out");

            // Then
            assertThat(wrongSecret.exitCode()).isEqualTo(3);
            assertThat(wrongSecret.stderr()).contains("TRACE");
            assertClean("stdout", wrongSecret.stdout());
            assertClean("stderr", wrongSecret.stderr());
            for (String table : tables()) {
                assertClean(table, String.join("\n", rows("select t::text from " + table + " t")));
            }
            assertThat(rows("select distinct failure_kind from report.attempts where failure_kind is not null"))
                    .contains("signature_refused", "access_denied", "not_found", "connection_lost", "throttled");
        }
    }

    private List<String> tables() {
        return rows("select schemaname || '.' || quote_ident(tablename) from pg_tables where schemaname = 'tallyman'"
                + " and tablename not like 'flyway%'");
    }

    private List<String> rows(String sql) {
        PostgresServer server = EmbeddedPostgres.attach(folder.resolve("home"));
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(server.jdbcUrl());
        dataSource.setUser(server.username());
        dataSource.setPassword(server.password());
        return Ledgers.rows(dataSource, sql);
    }

    private static void assertClean(String where, String text) {
        List<String> leaks = text.lines()
                .filter(line ->
                        line.contains("CANARY") || SIGNATURE.matcher(line).find())
                .limit(3)
                .toList();
        assertThat(leaks).as(where).isEmpty();
    }
}
