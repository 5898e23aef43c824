package io.tallyman.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.database.EmbeddedPostgres;
import io.tallyman.database.HomeServer;
import io.tallyman.database.PostgresServer;
import io.tallyman.demo.Fault;
import io.tallyman.demo.FaultScript;
import io.tallyman.demo.StandInCredentials;
import io.tallyman.demo.StandInOss;
import io.tallyman.sign.Oss4Signer;
import io.tallyman.sign.SignRequest;
import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.CredentialsSource;
import io.tallyman.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
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

    private @Nullable EmbeddedPostgres home;

    @AfterEach
    void close() {
        if (home != null) {
            home.close();
        }
        HomeServer.awaitStopped(folder.resolve("home"));
    }

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
                    .always("busy", Fault.Status.busy(Duration.ofMillis(1)))
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
                    .with("TALLYMAN_RUN_MAX_DEFERRALS", "3")
                    .with("TALLYMAN_RUN_URL_ADDRESSES", "any");
            tallyman.run("import", "m.csv", "--manifest", "m");
            tallyman.runWithInput("key\ngood\n", "import", "-", "--manifest", "again");

            Files.writeString(
                    folder.resolve("urls.csv"),
                    "url,path\n" + presigned(oss, "good") + ",by-url\n" + presigned(oss, "denied")
                            + ",denied-by-url\n");
            List<Tallyman.Result> results = new ArrayList<>();
            results.add(tallyman.run("import", "urls.csv", "--manifest", "u"));

            // When
            results.add(tallyman.run("run", "m", "--dest", "out"));
            results.add(tallyman.run("run", "u", "--dest", "out"));
            results.add(tallyman.run("status"));
            results.add(tallyman.with("OSS_ACCESS_KEY_SECRET", "CANARYSECRETthatiswrong")
                    .run("run", "again", "--dest", "again"));
            execute("alter table tallyman.entry add check (state <> 'verified') not valid");
            results.add(tallyman.with("OSS_ACCESS_KEY_SECRET", SECRET).run("run", "again", "--dest", "again"));

            // Then
            assertThat(results).extracting(Tallyman.Result::exitCode).containsExactly(0, 3, 3, 0, 13, 1);
            assertThat(results.get(1).stderr()).contains("TRACE");
            for (Tallyman.Result result : results) {
                assertClean("stdout", result.stdout());
                assertClean("stderr", result.stderr());
            }
            for (String table : tables()) {
                // The one place that must keep what somebody else signed, until it has been used.
                String rows = table.equals("tallyman.entry") ? "to_jsonb(t) - 'url'" : "t";
                assertClean(table, String.join("\n", rows("select (" + rows + ")::text from " + table + " t")));
            }
            assertThat(rows("select distinct failure_kind from report.attempts where failure_kind is not null"))
                    .contains("signature_refused", "access_denied", "not_found", "connection_lost", "throttled");
        }
    }

    private static String presigned(StandInOss oss, String key) {
        Store store = new Store(
                "test",
                oss.endpoint(),
                Quay.REGION,
                Quay.BUCKET,
                Addressing.PATH,
                CredentialsSource.fixed(new Credentials(Quay.ACCESS_KEY_ID, SECRET, TOKEN, null)));
        SignRequest request = new SignRequest(key, null, Duration.ofHours(1), Map.of(), Set.of(), Map.of());
        return new Oss4Signer(store).sign(request, Instant.now()).reveal();
    }

    private List<String> tables() {
        return rows("select schemaname || '.' || quote_ident(tablename) from pg_tables where schemaname = 'tallyman'"
                + " and tablename not like 'flyway%'");
    }

    private List<String> rows(String sql) {
        return Ledgers.rows(database(), sql);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private DataSource database() {
        if (home == null) {
            home = EmbeddedPostgres.join(folder.resolve("home"));
        }
        PostgresServer server = home.server();
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(server.jdbcUrl());
        dataSource.setUser(server.username());
        dataSource.setPassword(server.password());
        return dataSource;
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
