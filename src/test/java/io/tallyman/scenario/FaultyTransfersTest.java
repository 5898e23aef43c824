package io.tallyman.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tallyman.database.EmbeddedPostgresResource;
import io.tallyman.demo.Fault;
import io.tallyman.demo.FaultScript;
import io.tallyman.house.FaultCase;
import io.tallyman.job.Ending;
import io.tallyman.job.RunResult;
import io.tallyman.job.Runner;
import io.tallyman.manifest.ManifestImport;
import io.tallyman.verify.Crc64;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Each way a transfer can go wrong ends in its own recorded kind, and only whole verified files are ever visible. */
@QuarkusTest
@TestProfile(FastRetries.class)
@QuarkusTestResource(value = EmbeddedPostgresResource.class, restrictToAnnotatedClass = true)
class FaultyTransfersTest {
    private static final byte[] BYTES = new byte[10_000];
    private static final String ROW;

    static {
        new SplittableRandom(1).nextBytes(BYTES);
        Crc64 crc = new Crc64();
        crc.update(BYTES, 0, BYTES.length);
        ROW = "object," + BYTES.length + "," + crc;
    }

    @Inject
    ManifestImport manifestImport;

    @Inject
    Runner runner;

    @Inject
    DataSource database;

    @TempDir
    Path destination;

    private String manifest;
    private Quay quay;

    @BeforeEach
    void oneObjectOnTheQuay(TestInfo test) throws Exception {
        manifest = test.getTestMethod().orElseThrow().getName();
        quay = new Quay(manifest, destination, manifestImport, runner);
        quay.put("object", BYTES);
        quay.importCsv("key,size,crc64", ROW);
    }

    @AfterEach
    void close() {
        quay.close();
    }

    @Test
    void aFlippedBitIsCorrupted() throws Exception {
        failsForGood(new Fault.FlipBit(5_000), "corrupted", "quarantined", FastRetries.MAX_ATTEMPTS);
    }

    @Test
    void aShortBodyIsShortBody() throws Exception {
        failsForGood(new Fault.ShortBody(1), "short_body", "quarantined", FastRetries.MAX_ATTEMPTS);
    }

    @Test
    void anEndlessBodyIsCutAndOverlongBody() throws Exception {
        failsForGood(new Fault.Endless(), "overlong_body", "quarantined", FastRetries.MAX_ATTEMPTS);
        assertThat(Ledgers.rows(database, "select max(bytes) from tallyman.attempt")
                        .getFirst())
                .satisfies(bytes -> assertThat(Long.parseLong(bytes)).isLessThan(BYTES.length + 200_000L));
    }

    @Test
    void anotherSizeThanTheManifestSaysIsSizeMismatch() throws Exception {
        failsForGood(new Fault.Overlong(1), "size_mismatch", "failed", 1);
    }

    @Test
    void aWrongChecksumOfTheStoreIsStoreChecksumMismatch() throws Exception {
        failsForGood(new Fault.WrongCrcHeader(), "store_checksum_mismatch", "quarantined", FastRetries.MAX_ATTEMPTS);
    }

    @Test
    void aResetConnectionIsConnectionLost() throws Exception {
        failsForGood(new Fault.CutAfter(5_000, true), "connection_lost", "quarantined", FastRetries.MAX_ATTEMPTS);
    }

    @Test
    void aSilentServerIsStalled() throws Exception {
        failsForGood(new Fault.Stall(), "stalled", "quarantined", FastRetries.MAX_ATTEMPTS);
    }

    @Test
    void aStormOf503IsThrottledAndBurnsNoAttemptUntilTheDeferralsAreUsedUp() throws Exception {
        failsForGood(Fault.Status.busy(Duration.ofMillis(1)), "throttled", "quarantined", 4);
        assertThat(Ledgers.rows(
                        database,
                        "select attempts from tallyman.entry e join tallyman.manifest m"
                                + " on m.id = e.manifest_id where m.name = '" + manifest + "'"))
                .doesNotContain("4");
    }

    @Test
    void aServerErrorIsServerError() throws Exception {
        failsForGood(new Fault.Status(500, "InternalError"), "server_error", "quarantined", FastRetries.MAX_ATTEMPTS);
    }

    @Test
    void aRedirectToAnotherEndpointIsNotFollowedAndStopsTheWorkerWithTheEntryUnharmed() throws Exception {
        // Given
        quay.script(FaultScript.none().always("object", new Fault.Redirect("http://127.0.0.1:1/")));

        // When
        RunResult result = quay.run();

        // Then
        assertThat(result.ending()).isEqualTo(Ending.WRONG_ENDPOINT);
        assertThat(result.entries().pending()).isEqualTo(1);
        assertThat(attempts("outcome, failure_kind")).containsExactly("deferred wrong_endpoint");
        assertThat(quay.files()).isEmpty();
    }

    @Test
    void aMissingObjectIsNotFound() throws Exception {
        quay.oss.bucket(Quay.BUCKET).remove("object");

        RunResult result = quay.run();

        assertFailed(result, "not_found", "failed", 1);
    }

    @Test
    void anExpiredUrlIsSignedAgainInTheSameAttempt() throws Exception {
        // Given
        quay.script(FaultScript.none().onRequest("object", 1, Fault.Status.expired()));

        // When
        RunResult result = quay.run();

        // Then
        assertThat(result.ending()).isEqualTo(Ending.ALL_VERIFIED);
        assertThat(attempts("outcome, failure_kind")).containsExactly("verified -");
        assertThat(quay.oss.requestCount()).isEqualTo(2);
    }

    @Test
    void aUrlThatExpiresTwiceInARowIsUrlExpiredAndSignedAgainAtNoExpense() throws Exception {
        // Given
        quay.script(FaultScript.none().onFirst(2, "object"::equals, Fault.Status.expired()));

        // When
        RunResult result = quay.run();

        // Then
        assertThat(result.ending()).isEqualTo(Ending.ALL_VERIFIED);
        assertThat(attempts("outcome, failure_kind")).containsExactly("deferred url_expired", "verified -");
    }

    @Test
    void aUrlOfOthersThatSaysItHasExpiredFailsForGoodWithoutARequest() throws Exception {
        // Given
        quay.importCsv(
                "url,path",
                quay.oss.endpoint() + "/" + Quay.BUCKET
                        + "/object?x-oss-date=20260101T000000Z&x-oss-expires=60&x-oss-signature=00,object");

        // When
        RunResult result = quay.run();

        // Then
        assertThat(result.ending()).isEqualTo(Ending.SOME_FAILED);
        assertThat(attempts("outcome, failure_kind")).containsExactly("failed url_expired");
        assertThat(quay.oss.requestCount()).isZero();
    }

    @Test
    void aBusyStoreIsTriedAgainAtNoExpense() throws Exception {
        succeedsAfter(Fault.Status.busy(Duration.ofMillis(1)), "deferred throttled");
    }

    @Test
    void aBitFlippedOnceIsDownloadedAgain() throws Exception {
        succeedsAfter(new Fault.FlipBit(0), "retried corrupted");
    }

    @Test
    void aWrongSecretIsSignatureRefusedAndStopsTheWorkerWithTheEntryUnharmed() throws Exception {
        // When
        RunResult result = quay.run(quay.store("another-secret"));

        // Then
        assertThat(result.ending()).isEqualTo(Ending.CREDENTIALS_REFUSED);
        assertThat(result.entries().pending()).isEqualTo(1);
        assertThat(attempts("outcome, failure_kind"))
                .containsExactly(
                        "deferred signature_refused", "deferred signature_refused", "deferred signature_refused");
        // and the right one finishes it
        assertThat(quay.run().ending()).isEqualTo(Ending.ALL_VERIFIED);
    }

    @Test
    @FaultCase(26)
    void keysThatEndInTheMiddleAndAreNotRenewedStopTheWorkerWithTheRestUnharmed() throws Exception {
        // Given keys that the store forgets after so many requests
        int many = 60;
        String[] rows = new String[many + 1];
        rows[0] = "key";
        for (int number = 1; number <= many; number++) {
            quay.put("object-" + number, BYTES);
            rows[number] = "object-" + number;
        }
        quay.importCsv(rows);
        quay.script(FaultScript.none()
                .always(key -> quay.oss.seen().size() > 20, new Fault.Status(403, "SecurityTokenExpired")));

        // When
        RunResult result = quay.run();

        // Then nobody goes on asking
        assertThat(result.ending()).isEqualTo(Ending.CREDENTIALS_REFUSED);
        assertThat(result.ending().exitCode()).isEqualTo(13);
        assertThat(result.entries().failed() + result.entries().quarantined()).isZero();
        assertThat(result.entries().verified()).isPositive();
        assertThat(result.entries().pending()).isPositive();
        assertThat(quay.oss.seen()).hasSizeLessThan(many);
        assertThat(attempts("failure_kind, outcome")).containsOnly("credentials_refused deferred", "- verified");
        assertThat(quay.files()).hasSize((int) result.entries().verified());

        // And with others the next run finishes it
        quay.script(FaultScript.none());
        assertThat(quay.run().ending()).isEqualTo(Ending.ALL_VERIFIED);
    }

    @Test
    void aRefusedSignatureAmongAcceptedOnesFailsItsEntryAlone() throws Exception {
        // Given
        quay.put("other", BYTES);
        quay.importCsv("key", "object", "other");
        quay.script(FaultScript.none().always("other", new Fault.Status(403, "SignatureDoesNotMatch")));

        // When
        RunResult result = quay.run();

        // Then
        assertThat(result.ending()).isEqualTo(Ending.SOME_FAILED);
        assertThat(result.entries().verified()).isEqualTo(1);
        assertThat(result.entries().failed()).isEqualTo(1);
        assertThat(quay.files()).containsExactly("object");
    }

    @Test
    void bytesThatTheStoreVouchesForAndTheManifestDoesNotAreContentMismatch() throws Exception {
        quay.importCsv("key,size,crc64", "object," + BYTES.length + ",1");

        RunResult result = quay.run();

        assertFailed(result, "content_mismatch", "failed", 1);
    }

    @Test
    void anObjectWithoutAnyChecksumIsUnverified() throws Exception {
        // Given
        quay.importCsv("key", "object");
        quay.oss
                .bucket(Quay.BUCKET)
                .put(
                        "object",
                        io.tallyman.demo.StoredObject.of(BYTES).multipart(2).withoutCrc64());

        // When
        RunResult result = quay.run();

        // Then
        assertThat(result.ending()).isEqualTo(Ending.SOME_UNVERIFIED);
        assertThat(destination.resolve("object")).hasBinaryContent(BYTES);
    }

    private void failsForGood(Fault fault, String kind, String state, int attempts) throws Exception {
        // Given
        quay.script(FaultScript.none().always("object", fault));

        // When
        RunResult result = quay.run();

        // Then
        assertFailed(result, kind, state, attempts);
    }

    private void assertFailed(RunResult result, String kind, String state, int attempts) throws Exception {
        assertThat(result.ending()).isEqualTo(Ending.SOME_FAILED);
        assertThat(attempts("failure_kind")).hasSize(attempts).containsOnly(kind);
        assertThat(Ledgers.rows(
                        database,
                        "select state, failure_kind from tallyman.entry e join tallyman.manifest m on m.id = e.manifest_id"
                                + " where m.name = '" + manifest + "'"))
                .containsExactly(state + " " + kind);
        assertThat(quay.files()).isEmpty();
    }

    private void succeedsAfter(Fault first, String recorded) throws Exception {
        // Given
        quay.script(FaultScript.none().onRequest("object", 1, first));

        // When
        RunResult result = quay.run();

        // Then
        assertThat(result.ending()).isEqualTo(Ending.ALL_VERIFIED);
        assertThat(attempts("outcome, failure_kind")).containsExactly(recorded, "verified -");
        assertThat(quay.files()).containsExactly("object");
        assertThat(Files.readAllBytes(destination.resolve("object"))).isEqualTo(BYTES);
    }

    private java.util.List<String> attempts(String columns) {
        return Ledgers.rows(
                database,
                "select " + columns + " from report.attempts where manifest = '" + manifest + "' order by number");
    }
}
