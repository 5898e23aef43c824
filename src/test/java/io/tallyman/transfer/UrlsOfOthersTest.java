package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallyman.house.FaultCase;
import io.tallyman.retry.Failure;
import io.tallyman.retry.FailureKind;
import io.tallyman.sign.SignedUrl;
import io.tallyman.verify.Expectations;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A list of URLs must not make the program ask what only it can reach: refused before a packet is sent. */
class UrlsOfOthersTest {
    @TempDir
    Path root;

    private final ScriptedServer server = new ScriptedServer();
    private final Names names = new Names();
    private final List<ApacheObjectClient> clients = new ArrayList<>();

    UrlsOfOthersTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        for (ApacheObjectClient client : clients) {
            client.close();
        }
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.100.100.200",
                "100.127.255.255",
                "169.254.169.254",
                "169.254.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.8",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.0.1",
                "192.168.255.255",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.9",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::127.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::1",
                "100::1",
                "fe80::1",
                "febf::1",
                "fc00::1",
                "fd00:ec2::254",
                "fec0::1",
                "ff02::1",
                "2001::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "3fff::1",
                "4000::1",
            })
    void addressesThatAreNotPublicAreRefusedInTheUrlAndBehindAName(String address) throws Exception {
        names.know("name.example", address);
        String literal = address.contains(":") ? "[" + address + "]" : address;

        assertRefused(fetch(client(UrlHosts.PUBLIC), "http://" + literal + ":1/k"));
        assertRefused(fetch(client(UrlHosts.PUBLIC), "https://name.example:1/k"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "47.110.1.1",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "203.0.114.0",
                "223.255.255.255",
                "2400:3200::1",
                "2606:4700:4700::1111",
                "2001:4860:4860::8888",
                "2a00:1450::1",
                "64:ff9b::808:808",
            })
    void theirNeighboursArePublic(String address) throws UnknownHostException {
        InetAddress parsed = InetAddress.getByName(address);
        names.know("name.example", address);

        assertThat(PublicAddresses.isPublic(parsed)).isTrue();
        assertThatCode(() -> UrlHosts.PUBLIC.check(address)).doesNotThrowAnyException();
        assertThat(new PublicAddresses(names).resolve("name.example")).containsExactly(parsed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST",
                "localhost.",
                "a.localhost",
                "2130706433",
                "0x7f000001",
                "0x7f.0.0.1",
                "0177.0.0.1",
                "127.1",
                "127.0.1",
                "127.0.0.1.",
                "127.000.000.001",
                "0",
                "1.1.1.256",
                "1.1.1.1.1",
                "017700000001",
            })
    void otherSpellingsOfThisMachineAndOfAddressesAreRefused(String host) {
        assertRefused(fetch(client(UrlHosts.PUBLIC), "http://" + host + ":" + port() + "/k"));
        assertThat(names.asked()).isEmpty();
    }

    @Test
    void ofTheAddressesOfANameOnlyThePublicOnesAreUsed() throws IOException {
        names.know("mixed.example", "127.0.0.1", "1.1.1.1", "10.0.0.1", "2400:3200::1");

        assertThat(new PublicAddresses(names).resolve("mixed.example"))
                .containsExactly(InetAddress.getByName("1.1.1.1"), InetAddress.getByName("2400:3200::1"));
        assertThatThrownBy(() -> new PublicAddresses(names).resolve("unknown.example"))
                .isInstanceOf(UnknownHostException.class)
                .isNotInstanceOf(AddressRefusedException.class);
    }

    @Test
    void aNameIsResolvedOnceForAConnectionSoThatItsAddressCannotChange() {
        names.know("rebinding.example", "127.0.0.1");

        assertRefused(fetch(client(UrlHosts.PUBLIC), "http://rebinding.example:" + port() + "/k"));

        assertThat(names.asked()).containsExactly("rebinding.example");
    }

    @Test
    void aConnectionToAConfiguredStoreServesNoUrlOfOthers() {
        // Given a store with a private address, and a connection to it that is kept
        names.know("store.example", "127.0.0.1");
        ApacheObjectClient client = client(UrlHosts.PUBLIC);
        String url = "http://store.example:" + port() + "/k";
        answerOnce();
        assertThat(run(client, new SignedUrl(url, Map.of(), null)).failure()).isNull();

        // Then
        assertRefused(fetch(client, url), 1);
        answerOnce();
        assertThat(run(client, new SignedUrl(url, Map.of(), null)).failure()).isNull();
        assertThat(server.connections()).isOne();
    }

    @Test
    void anyAddressWillDoWhereItIsAllowed() {
        names.know("name.example", "127.0.0.1");
        ApacheObjectClient client = client(UrlHosts.of(List.of(), UrlAddresses.ANY));
        for (String host : List.of("127.0.0.1", "name.example")) {
            answerOnce();
            assertThat(fetch(client, "http://" + host + ":" + port() + "/k")).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                # listed                     asked                       allowed
                a.example | a.example | true
                a.example | A.EXAMPLE | true
                A.Example. | a.example | true
                a.example | a.example. | true
                a.example | b.example | false
                a.example | x.a.example | false
                a.example | xa.example | false
                a.example | a.example.evil | false
                *.a.example | x.a.example | true
                *.a.example | y.x.a.example | true
                *.a.example | a.example | false
                *.a.example | xa.example | false
                *.a.example | x.a.example.evil | false
                *.a.example | .a.example | true
                a.example,b.example | b.example | true
                127.0.0.1 | 127.0.0.1 | true
                127.0.0.1 | 127.0.0.2 | false
                ::1 | ::1 | true
                """)
    void onlyListedHostsAreAskedWhereAnyAre(String listed, String asked, boolean allowed) {
        UrlHosts hosts = UrlHosts.of(List.of(listed.split(",")), UrlAddresses.ANY);

        if (allowed) {
            assertThatCode(() -> hosts.check(asked)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> hosts.check(asked))
                    .isInstanceOf(AddressRefusedException.class)
                    .hasMessageContaining("it is not in tallyman.run.url-hosts");
        }
    }

    @Test
    void aListedHostNeedsAPublicAddressAllTheSame() {
        names.know("listed.example", "10.0.0.1");
        UrlHosts hosts = UrlHosts.of(List.of("listed.example", "127.0.0.1"), UrlAddresses.PUBLIC);

        assertRefused(fetch(client(hosts), "http://listed.example:" + port() + "/k"));
        assertRefused(fetch(client(hosts), "http://127.0.0.1:" + port() + "/k"));
        assertRefused(fetch(client(hosts), "http://other.example:" + port() + "/k"));
        assertThat(names.asked()).containsExactly("listed.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "https://a.example", "a.example:80", "a b", "*", "*a.example", "a.*", "a/b", "中.example"})
    void whatIsNoHostIsRefusedInTheList(String listed) {
        assertThatThrownBy(() -> UrlHosts.of(List.of("fine.example", listed), UrlAddresses.PUBLIC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + listed + "\" is no host");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    @FaultCase(34)
    void aRedirectIsNeverFollowedWhereverItLeads(int status) throws Exception {
        try (ScriptedServer elsewhere = new ScriptedServer()) {
            names.know("store.example", "127.0.0.1");
            names.know("elsewhere.example", "127.0.0.1");
            String port = elsewhere.url("").replaceAll(".*:", "");
            for (String location : List.of(
                    elsewhere.url("/other-port"),
                    "http://elsewhere.example:" + port + "/k",
                    "https://elsewhere.example:" + port + "/k",
                    "//elsewhere.example:" + port + "/k",
                    "http://169.254.169.254/latest/meta-data/",
                    "http://100.100.100.200/latest/meta-data/ram/security-credentials/",
                    "/same-host")) {
                server.thenAnswer(
                        "HTTP/1.1 " + status + " X\nLocation: " + location + "\nContent-Length: 0", new byte[0]);
                int before = server.requests().size();

                Failure failure =
                        fetch(client(UrlHosts.ANY), "http://store.example:" + port() + "/k?x-oss-signature=canary");

                assertThat(failure.kind()).isEqualTo(FailureKind.Store.REDIRECTED);
                assertThat(failure.message()).doesNotContain("canary");
                assertThat(server.requests()).hasSize(before + 1);
            }
            assertThat(elsewhere.connections()).isZero();
            assertThat(names.asked()).containsOnly("store.example");
        }
    }

    private ApacheObjectClient client(UrlHosts hosts) {
        TransferSettings settings = TransferSettings.DEFAULTS;
        ApacheObjectClient client = new ApacheObjectClient(
                settings, hosts, Proxies.NONE, names, new Deadlines(settings, settings.idleTimeout()));
        clients.add(client);
        return client;
    }

    private Failure fetch(ApacheObjectClient client, String url) {
        return run(client, SignedUrl.byOthers(url, Map.of())).failure();
    }

    private TransferOutcome run(ApacheObjectClient client, SignedUrl url) {
        try {
            return new Transfer(client, TransferSettings.DEFAULTS, Instant::now)
                    .run(
                            new TransferRequest(1, 1, DestinationPath.under(root, "k"), Expectations.NONE),
                            () -> url,
                            () -> true);
        } catch (InterruptedException | LeaseLostException | EndpointBusyException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answerOnce() {
        server.thenAnswer("HTTP/1.1 200 OK\nContent-Length: 1", new byte[1]);
    }

    private String port() {
        return server.url("").replaceAll(".*:", "");
    }

    private void assertRefused(Failure failure) {
        assertRefused(failure, 0);
    }

    private void assertRefused(Failure failure, int connectionsBefore) {
        assertThat(failure.kind()).as(failure.message()).isEqualTo(FailureKind.Network.ADDRESS_REFUSED);
        assertThat(server.connections()).isEqualTo(connectionsBefore);
    }
}
