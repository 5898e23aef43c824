package io.tallyman.sign;

import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.CredentialsSource;
import io.tallyman.store.Store;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Makes inputs for the oracle tests, the same ones for the same seed. */
final class SigningCases {
    private static final List<String> PIECES = List.of(
            "a",
            "Z",
            "9",
            "report",
            "2024-01-31",
            "data.csv",
            "/",
            "/",
            "//",
            ".",
            "..",
            "/../",
            " ",
            "  ",
            "+",
            "%",
            "%2F",
            "%2f",
            "%20",
            "~",
            "!",
            "*",
            "'",
            "(",
            ")",
            "&",
            "=",
            "?",
            "#",
            ";",
            ":",
            "@",
            ",",
            "$",
            "\"",
            "<",
            ">",
            "[",
            "]",
            "{",
            "}",
            "|",
            "^",
            "`",
            "\\",
            "_",
            "-",
            "\t",
            "\u0001",
            "\u007f",
            "é",
            "ß",
            "Ω",
            "я",
            "中文",
            "日本語",
            "한글",
            "ي",
            "\u200b",
            "\ufeff",
            "\uffff",
            "😀",
            "👩‍👩‍👧",
            "𝔘");
    private static final List<String> HEADERS = List.of(
            "Content-Type",
            "content-md5",
            "x-oss-range-behavior",
            "X-Oss-Meta-Author",
            "x-oss-request-payer",
            "x-oss-meta-a_b",
            "x-oss-meta-a-b",
            "Range",
            "If-Match",
            "abc",
            "ZAbc",
            "X-Custom",
            "x-ossified");
    private static final List<String> PARAMS = List.of(
            "response-content-type",
            "response-content-disposition",
            "response-expires",
            "response-cache-control",
            "response-content-encoding",
            "response-content-language",
            "x-oss-process",
            "x-oss-ac-source-ip",
            "x-oss-ac-subnet-mask",
            "x-oss-ac-vpc-id",
            "x-oss-ac-forward-allow",
            "x-oss-request-payer",
            "acl",
            "symlink",
            "objectMeta",
            "tagging",
            "unlisted",
            "Z",
            "_a",
            "-a",
            ".a",
            "~a",
            "+a",
            "|a",
            "a b",
            "a/b",
            "é",
            "中",
            "😀",
            "verS",
            "versionIe",
            "zz");

    private final Random random;
    private final List<Store> stores = stores();

    SigningCases(long seed) {
        random = new Random(seed);
    }

    SigningCase next(boolean withAdditionalHeaders) {
        Map<String, String> headers = some(HEADERS, this::headerValue);
        Set<String> additional = new TreeSet<>();
        if (withAdditionalHeaders && random.nextBoolean()) {
            // Some that are sent, some that are not, some that are signed anyway; case does not matter.
            HEADERS.stream().filter(name -> random.nextInt(3) == 0).forEach(name -> additional.add(anyCase(name)));
        }
        Map<String, String> params = some(PARAMS, this::text);
        if (random.nextInt(3) == 0) {
            params.put("x-oss-traffic-limit", Integer.toString(245_760 + random.nextInt(838_614_785)));
        }
        String versionId = random.nextInt(3) == 0 ? "CAEQ" + text() + random.nextLong() : null;
        SignRequest request = new SignRequest(key(), versionId, expires(), headers, additional, params);
        return new SigningCase(stores.get(random.nextInt(stores.size())), request, at());
    }

    private String key() {
        int limitBytes = switch (random.nextInt(10)) {
            case 0 -> 1023;
            case 1 -> 1;
            default -> 1 + random.nextInt(120);
        };
        StringBuilder key = new StringBuilder();
        int bytes = 0;
        for (int tries = 0; bytes < limitBytes && tries < 3000; tries++) {
            String piece = PIECES.get(random.nextInt(PIECES.size()));
            int more = piece.getBytes(StandardCharsets.UTF_8).length;
            boolean badStart = key.isEmpty() && (piece.startsWith("/") || piece.startsWith("\\"));
            if (!badStart && bytes + more <= limitBytes) {
                key.append(piece);
                bytes += more;
            }
        }
        return key.isEmpty() ? "k" : key.toString();
    }

    private Duration expires() {
        return Duration.ofSeconds(
                switch (random.nextInt(6)) {
                    case 0 -> 1;
                    case 1 -> 604_800;
                    case 2 -> 86_400;
                    default -> 1 + random.nextInt(604_800);
                });
    }

    private Instant at() {
        // From 2001 to 2096, fractions of a second included, and now and then the first or last second of a day.
        long second = 1_000_000_000L + random.nextLong(3_000_000_000L);
        long whole = switch (random.nextInt(8)) {
            case 0 -> second - second % 86_400;
            case 1 -> second - second % 86_400 + 86_399;
            default -> second;
        };
        return Instant.ofEpochSecond(whole, random.nextInt(1_000_000_000));
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    private String headerValue() {
        String value = text().replaceAll("\\p{Cntrl}", "");
        return (random.nextInt(20) == 0 ? " " : "") + "v" + value + (random.nextInt(20) == 0 ? " \t" : "");
    }

    private Map<String, String> some(List<String> names, java.util.function.Supplier<String> value) {
        Map<String, String> chosen = new HashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            chosen.put(names.get(random.nextInt(names.size())), value.get());
        }
        return chosen;
    }

    private String anyCase(String name) {
        return random.nextBoolean() ? name.toUpperCase(Locale.ROOT) : name;
    }

    /** Every addressing style, endpoint kind and sort of credentials. */
    private static List<Store> stores() {
        List<Credentials> keys = List.of(
                Credentials.of("LTAIfakefakefake", "fake/secret+of=a key"),
                new Credentials("STS.fakefakefake", "fakeTokenSecret", "CAIS+fake/token==~é", null),
                // Longer than a block of the hash, where HMAC hashes the key first.
                Credentials.of("ak", "s".repeat(100)));
        List<Store> stores = new ArrayList<>();
        for (Credentials key : keys) {
            CredentialsSource source = CredentialsSource.fixed(key);
            add(
                    stores,
                    "https://oss-cn-hangzhou.aliyuncs.com",
                    "cn-hangzhou",
                    "bucket",
                    Addressing.VIRTUAL_HOST,
                    source);
            add(
                    stores,
                    "http://oss-cn-beijing-internal.aliyuncs.com",
                    "cn-beijing",
                    "a-1",
                    Addressing.VIRTUAL_HOST,
                    source);
            add(
                    stores,
                    "https://oss-accelerate.aliyuncs.com",
                    "ap-southeast-1",
                    "fast",
                    Addressing.VIRTUAL_HOST,
                    source);
            add(stores, "http://127.0.0.1:9000", "cn-hangzhou", "bucket", Addressing.PATH, source);
            add(stores, "https://oss.private.example:8443", "region-1", "private", Addressing.PATH, source);
            add(stores, "https://files.example.com", "cn-shanghai", "bucket", Addressing.CUSTOM_DOMAIN, source);
        }
        return List.copyOf(stores);
    }

    private static void add(
            List<Store> stores,
            String endpoint,
            String region,
            String bucket,
            Addressing addressing,
            CredentialsSource credentials) {
        stores.add(new Store("store" + stores.size(), URI.create(endpoint), region, bucket, addressing, credentials));
    }
}
