package io.tallyman.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tallyman.database.HomeServer;
import io.tallyman.demo.Fault;
import io.tallyman.demo.FaultScript;
import io.tallyman.demo.SeenRequest;
import io.tallyman.demo.StandInCredentials;
import io.tallyman.demo.StandInOss;
import io.tallyman.demo.StoredObject;
import io.tallyman.sign.Oss4Signer;
import io.tallyman.sign.SignRequest;
import io.tallyman.sign.SignedUrl;
import io.tallyman.sign.Signer;
import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.CredentialsSource;
import io.tallyman.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tallyman fetch} brings ashore what others signed, knowing no keys and no database. */
class FetchIT {
    private static final int SIZE = 4 << 20;
    private static final byte[] BYTES = bytes(SIZE);
    private static final Pattern SIGNATURE = Pattern.compile("[0-9a-fA-F]{64}|Signature=|x-oss-signature=");

    @TempDir
    Path folder;

    @AfterEach
    void awaitServerStopped() {
        HomeServer.awaitStopped(folder.resolve("home"));
    }

    private StandInOss oss;
    private Signer owner;
    private Tallyman tallyman;

    @BeforeEach
    void anOwnerWithABucket() {
        oss = StandInOss.builder()
                .credentials(new StandInCredentials(Quay.ACCESS_KEY_ID, Quay.ACCESS_KEY_SECRET))
                .region(Quay.REGION)
                .start();
        owner = new Oss4Signer(new Store(
                "owner",
                oss.endpoint(),
                Quay.REGION,
                Quay.BUCKET,
                Addressing.PATH,
                CredentialsSource.fixed(new Credentials(Quay.ACCESS_KEY_ID, Quay.ACCESS_KEY_SECRET, null, null))));
        tallyman = new Tallyman(folder)
                .with("TALLYMAN_RUN_BACKOFF_BASE", "0.001S")
                .with("TALLYMAN_RUN_BACKOFF_CAP", "0.005S");
    }

    @AfterEach
    void neitherSignaturesShowNorIsAnyDatabaseTouched() {
        oss.close();
        assertThat(folder.resolve("home")).doesNotExist();
    }

    @Test
    void oneUrlLandsVerifiedUnderItsOwnName() throws Exception {
        // Given
        put("dir/a+b 100% 船.bin");

        // When
        Tallyman.Result result = fetch(url("dir/a+b 100% 船.bin"), "--sha256", sha256());

        // Then
        assertThat(result.exitCode()).as(result.stderr()).isZero();
        assertThat(result.stdout()).isEqualTo("a+b 100% 船.bin: verified, " + SIZE + " bytes\n");
        assertThat(folder.resolve("a+b 100% 船.bin")).hasBinaryContent(BYTES);
        assertThat(result.stderr()).contains("1 verified, 0 unverified, 0 failed");
    }

    @Test
    void manyUrlsHaveALineEachAndOneThatFailsStopsNoOther() throws Exception {
        // Given
        put("a/one");
        put("two");
        oss.script(FaultScript.none().onRequest("two", 1, Fault.Status.busy(Duration.ofMillis(1))));

        // When
        Tallyman.Result result = fetch(
                url("a/one"), url("gone"), url("two"), "--dest", "ashore", "--json", "--quiet", "--parallel", "2");

        // Then
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.stderr()).isEmpty();
        assertThat(result.stdout().lines().sorted(java.util.Comparator.comparing(line -> line.substring(9))))
                .satisfiesExactly(
                        gone -> assertThat(gone)
                                .startsWith("{\"name\":\"gone\",\"verdict\":\"failed\"")
                                .contains("\"failureKind\":\"not_found\"", "\"httpStatus\":404", "\"attempts\":1"),
                        one -> assertThat(one)
                                .startsWith("{\"name\":\"one\",\"verdict\":\"verified\",\"sizeBytes\":" + SIZE),
                        two -> assertThat(two).contains("\"verdict\":\"verified\"", "\"attempts\":2"));
        assertThat(Quay.files(folder.resolve("ashore"))).containsExactly("one", "two");
    }

    @Test
    void aFileOfUrlsIsReadInEveryFormat() throws Exception {
        // Given
        put("a/one");
        put("a/two");
        String rowHeaders = "{\"\"x-oss-request-payer\"\":\"\"requester\"\"}";
        Files.writeString(
                folder.resolve("m.csv"),
                "url,size,sha256,path,headers\n"
                        + url("a/one") + "," + SIZE + "," + sha256() + ",renamed/one,\n"
                        + payersUrl("a/two") + ",,,,\"" + rowHeaders + "\"\n");
        Files.writeString(folder.resolve("m.jsonl"), "{\"url\":\"" + url("a/one") + "\",\"md5\":\"" + md5() + "\"}\n");
        tallyman.with("TALLYMAN_RUN_URL_ADDRESSES", "any");

        // When
        Tallyman.Result csv = fetch("--from", "m.csv", "--dest", "csv");
        Tallyman.Result jsonl = fetch("--from", "m.jsonl", "--dest", "jsonl");
        Tallyman.Result list = tallyman.runWithInput(
                url("a/one") + "\n\n" + url("a/two") + "\n", "fetch", "--from", "-", "--dest", "list");

        // Then
        assertThat(Stream.of(csv, jsonl, list).map(Tallyman.Result::exitCode)).containsOnly(0);
        assertThat(Quay.files(folder.resolve("csv"))).containsExactly("renamed/one", Quay.BUCKET + "/a/two");
        assertThat(Quay.files(folder.resolve("jsonl"))).containsExactly(Quay.BUCKET + "/a/one");
        assertThat(Quay.files(folder.resolve("list"))).containsExactly("one", "two");
        assertThat(folder.resolve("list/two")).hasBinaryContent(BYTES);
    }

    @Test
    void bytesThatDoNotFitTheExpectationsNeverBecomeVisible() throws Exception {
        // Given
        put("object");

        // When
        Tallyman.Result wrong = fetch(url("object"), "--md5", "0".repeat(32), "--dest", "out");
        Tallyman.Result wrongSize = fetch(url("object"), "--size", "7", "--dest", "out");
        oss.script(FaultScript.none().always("object", new Fault.FlipBit(SIZE / 2)));
        Tallyman.Result flipped = fetch(url("object"), "--dest", "out");

        // Then
        assertThat(Stream.of(wrong, wrongSize, flipped).map(Tallyman.Result::exitCode))
                .containsOnly(3);
        assertThat(wrong.stdout()).contains("object: failed, content_mismatch: md5");
        assertThat(wrongSize.stdout()).contains("object: failed, size_mismatch");
        assertThat(flipped.stdout()).contains("object: failed, corrupted");
        assertThat(Quay.files(folder.resolve("out"))).isEmpty();
    }

    @Test
    void anExpiredUrlIsReportedWithoutARequest() throws Exception {
        // Given
        put("object");
        Instant before = Instant.now().minusSeconds(61);
        String old = owner.sign(SignRequest.of("object", Duration.ofMinutes(1)), before)
                .reveal();
        String base = oss.endpoint() + "/" + Quay.BUCKET;

        // When
        Tallyman.Result result = fetch(
                "--json",
                old,
                base + "/v1?Expires=" + before.getEpochSecond() + "&OSSAccessKeyId=id&Signature=none",
                base + "/s3?X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-Signature=none");

        // Then
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.stdout().lines())
                .hasSize(3)
                .allMatch(line -> line.contains("\"failureKind\":\"url_expired\""));
        assertThat(oss.requestCount()).isZero();
    }

    @Test
    void headersThatWereSignedAreSent() throws Exception {
        // Given
        put("object");
        String url = payersUrl("object");

        // When
        Tallyman.Result without = fetch(url);
        Tallyman.Result with = fetch(url, "--header", "x-oss-request-payer: requester");

        // Then
        assertThat(without.exitCode()).isEqualTo(3);
        assertThat(without.stdout()).contains("signature_refused");
        assertThat(with.exitCode()).as(with.stdout()).isZero();
    }

    @Test
    void whatIsThereAndRightIsKeptWithoutARequestAndWhatNobodyVouchesForIsUnverified() throws Exception {
        // Given
        oss.bucket(Quay.BUCKET)
                .put("object", StoredObject.of(BYTES).multipart(2).withoutCrc64());

        // When
        Tallyman.Result first = fetch(url("object"), "-o", "deep/er/name");
        long requests = oss.requestCount();
        Tallyman.Result again = fetch(url("object"), "-o", "deep/er/name", "--sha256", sha256());

        // Then
        assertThat(first.exitCode()).isEqualTo(4);
        assertThat(first.stdout()).isEqualTo("name: unverified, " + SIZE + " bytes\n");
        assertThat(folder.resolve("deep/er/name")).hasBinaryContent(BYTES);
        assertThat(again.exitCode()).isZero();
        assertThat(again.stdout()).contains("was there already");
        assertThat(oss.requestCount()).isEqualTo(requests);
    }

    @Test
    void aKilledFetchGoesOnWhereItsBytesWereSafe() throws Exception {
        // Given
        Tallyman.Running running = slowFetch();
        running.process().destroyForcibly().waitFor();
        assertThat(Quay.files(folder.resolve("out"))).hasSize(2).allMatch(name -> name.startsWith(".tallyman."));

        // Then
        assertGoesOn();
    }

    @Test
    void aFetchToldToTerminateSaysSoAndGoesOnNextTime() throws Exception {
        // Given
        Tallyman.Running running = slowFetch();
        running.process().destroy();
        Tallyman.Result stopped = running.await();
        assertThat(stopped.exitCode()).isEqualTo(143);
        assertThat(stopped.stdout()).isEmpty();
        assertThat(stopped.stderr()).contains("1 left", "run the same command to go on");

        // Then
        assertGoesOn();
    }

    @Test
    void noLogLineHoldsASignature() throws Exception {
        // Given
        put("good");
        oss.script(FaultScript.none()
                .always("refused", new Fault.Status(403, "SignatureDoesNotMatch"))
                .always("cut", new Fault.CutAfter(1, true)));
        put("refused");
        put("cut");
        String unreachable = url("good").replaceFirst(":[0-9]+/", ":1/").replace("good", "nobody");

        // When
        Tallyman.Result result = tallyman.with("QUARKUS_LOG_LEVEL", "TRACE")
                .with("TALLYMAN_RUN_MAX_ATTEMPTS", "2")
                .run("fetch", url("good"), url("refused"), url("cut"), unreachable, "--dest", "out");

        // Then
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.stderr()).contains("TRACE");
        assertNoSignature(result);
    }

    @Test
    void aListIsKeptFromThisMachineAndATypedUrlIsNot() throws Exception {
        // Given
        put("object");
        Files.writeString(folder.resolve("list.txt"), url("object") + "\n");

        // When
        Tallyman.Result list = fetch("--from", "list.txt", "--dest", "out", "--json", "--quiet");
        long requestsOfTheList = oss.requestCount();
        Tallyman.Result typed = fetch(url("object"), "--dest", "out");
        Tallyman.Result elsewhere = tallyman.with("TALLYMAN_RUN_URL_ADDRESSES", "any")
                .with("TALLYMAN_RUN_URL_HOSTS", "a.example,*.b.example")
                .run("fetch", "--from", "list.txt", "--dest", "again");
        Tallyman.Result listed = tallyman.with("TALLYMAN_RUN_URL_HOSTS", "a.example,127.0.0.1")
                .run("fetch", "--from", "list.txt", "--dest", "again");
        Tallyman.Result noHost =
                tallyman.with("TALLYMAN_RUN_URL_HOSTS", "https://a.example").run("fetch", "--from", "list.txt");

        // Then
        assertThat(list.exitCode()).isEqualTo(3);
        assertThat(list.stdout())
                .contains("\"failureKind\":\"address_refused\"", "tallyman.run.url-addresses", "\"attempts\":1");
        assertThat(requestsOfTheList).isZero();
        assertThat(typed.exitCode()).as(typed.stderr()).isZero();
        assertThat(elsewhere.stdout()).contains("it is not in tallyman.run.url-hosts");
        assertThat(listed.exitCode()).as(listed.stdout()).isZero();
        assertThat(noHost.exitCode()).isEqualTo(2);
        assertThat(noHost.stderr()).contains("tallyman.run.url-hosts=https://a.example cannot be used");
        assertThat(noHost.stderr().lines()).hasSize(1);
    }

    @Test
    void aProxyThatCannotBeUsedIsOneLineWithoutItsPassword() throws Exception {
        Tallyman.Result result = tallyman.with("HTTPS_PROXY", "socks5://user:canary@127.0.0.1:1")
                .run("fetch", "https://bucket.example/object?x-oss-signature=canary");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.stderr().lines())
                .containsExactly("tallyman: the variable HTTPS_PROXY cannot be used: there is no support for proxies of"
                        + " the scheme socks5; give http://host:port");
    }

    @Test
    void whatIsRefusedIsRefusedBeforeTheFirstRequest() throws Exception {
        // Given
        Files.writeString(folder.resolve("keys.csv"), "key\na\n");
        Files.writeString(folder.resolve("twice.txt"), url("object") + "\n" + url("folder/object") + "\n");
        Files.writeString(folder.resolve("twins.txt"), url("object") + "\n" + url("folder/Object") + "\n");
        Files.writeString(
                folder.resolve("folder.csv"),
                "url,path\n" + url("a") + ",a/b\n" + url("b") + ",c\n" + url("c") + ",a\n");

        // When
        Tallyman.Result twoForOneName = fetch(url("object"), url("folder/object"));
        Tallyman.Result twoRows = fetch("--from", "twice.txt");
        Tallyman.Result twins = fetch("--from", "twins.txt");
        Tallyman.Result ofFolder = fetch("--from", "folder.csv");
        Tallyman.Result key = fetch("--from", "keys.csv");
        Tallyman.Result noFolder = fetch(url("object"), "--dest", "keys.csv");

        // Then
        assertThat(Stream.of(twoForOneName, twoRows, twins, ofFolder, key, noFolder)
                        .map(Tallyman.Result::exitCode))
                .containsExactly(2, 14, 14, 14, 14, 12);
        assertThat(Stream.of(twoForOneName, twoRows, twins, ofFolder, key, noFolder))
                .allMatch(result ->
                        result.stdout().isEmpty() && result.stderr().lines().count() == 1);
        assertThat(twoRows.stderr()).contains("twice.txt:2: path: \"object\" is the same path as line 1");
        assertThat(twins.stderr())
                .contains("twins.txt:2: path: \"Object\" and line 1, \"object\", differ only in case");
        assertThat(ofFolder.stderr())
                .contains("folder.csv:4: path: \"a\" is a file where line 2, \"a/b\", needs a folder");
        assertThat(oss.requestCount()).isZero();
    }

    /** Starts to fetch an object that comes slowly, and returns once some of it is safe. */
    private Tallyman.Running slowFetch() throws Exception {
        put("object");
        oss.script(FaultScript.none().always("object", new Fault.SlowDrip(SIZE / 64, Duration.ofMillis(500))));
        Tallyman.Running running = tallyman.start("fetch", url("object"), "--dest", "out");
        await().atMost(Duration.ofSeconds(90)).until(this::recorded);
        return running;
    }

    private boolean recorded() throws IOException {
        Path out = folder.resolve("out");
        if (!Files.isDirectory(out)) {
            return false;
        }
        for (String name : Quay.files(out)) {
            if (name.endsWith(".kept") && Files.size(out.resolve(name)) > 0) {
                return true;
            }
        }
        return false;
    }

    private void assertGoesOn() throws Exception {
        oss.script(FaultScript.none());

        // When a new URL of the same object is fetched
        Tallyman.Result next = fetch(url("object"), "--dest", "out", "--json");

        // Then
        assertThat(next.exitCode()).as(next.stdout() + next.stderr()).isZero();
        assertThat(Quay.files(folder.resolve("out"))).containsExactly("object");
        assertThat(folder.resolve("out/object")).hasBinaryContent(BYTES);
        SeenRequest last = oss.seen().getLast();
        assertThat(last.status()).isEqualTo(206);
        assertThat(last.headers()).containsKeys("range", "if-match");
        assertThat(last.bodyBytes()).isPositive().isLessThan(SIZE);
        assertThat(next.stdout()).contains("\"receivedBytes\":" + last.bodyBytes() + ",");
    }

    private Tallyman.Result fetch(String... args) throws Exception {
        Tallyman.Result result =
                tallyman.run(Stream.concat(Stream.of("fetch"), Stream.of(args)).toArray(String[]::new));
        assertNoSignature(result);
        return result;
    }

    private static void assertNoSignature(Tallyman.Result result) {
        String leaks = Stream.of(result.stdout(), result.stderr())
                .flatMap(String::lines)
                .filter(line -> SIGNATURE.matcher(line).find())
                .limit(3)
                .collect(Collectors.joining("\n"));
        assertThat(leaks).isEmpty();
    }

    private void put(String key) {
        oss.bucket(Quay.BUCKET).put(key, BYTES);
    }

    private String url(String key) {
        return owner.sign(SignRequest.of(key, Duration.ofMinutes(15)), Instant.now())
                .reveal();
    }

    private String payersUrl(String key) {
        SignedUrl url = owner.sign(
                new SignRequest(
                        key,
                        null,
                        Duration.ofMinutes(15),
                        Map.of("x-oss-request-payer", "requester"),
                        Set.of(),
                        Map.of()),
                Instant.now());
        return url.reveal();
    }

    private static String sha256() throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(BYTES));
    }

    private static String md5() throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(BYTES));
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(7).nextBytes(bytes);
        return bytes;
    }
}
