package io.tallyman.sign;

import io.tallyman.store.Credentials;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;

/** What stays the same for all V4 URLs of one day, region and credential: the signing key and the parameters that name it. */
final class Oss4Scope {
    private static final String ALGORITHM = "OSS4-HMAC-SHA256";
    private static final String TERMINATOR = "aliyun_v4_request";
    private static final String PRODUCT = "oss";

    private final Credentials credentials;
    private final long epochDay;

    final HmacKey key;
    final byte[] date;
    /** {@code x-oss-credential}, its value and an ampersand. */
    final byte[] credentialParam;
    /** {@code x-oss-security-token}, its value and an ampersand; empty for a long-lived key. */
    final byte[] tokenParam;
    /** The string to sign up to the time. */
    final byte[] toSignHead;
    /** The string to sign between the time and the hash. */
    final byte[] toSignMiddle;

    Oss4Scope(Credentials credentials, String region, long epochDay, Workbench bench) {
        this.credentials = credentials;
        this.epochDay = epochDay;
        String day = LocalDate.ofEpochDay(epochDay).format(DateTimeFormatter.BASIC_ISO_DATE);
        String scope = day + "/" + region + "/" + PRODUCT + "/" + TERMINATOR;
        date = ascii(day);
        key = chain(credentials.accessKeySecret(), bench, day, region, PRODUCT, TERMINATOR);
        credentialParam = param("x-oss-credential", credentials.accessKeyId() + "/" + scope);
        String token = credentials.securityToken();
        tokenParam = token == null ? new byte[0] : param("x-oss-security-token", token);
        toSignHead = ascii(ALGORITHM + "\n");
        toSignMiddle = ascii("\n" + scope + "\n");
    }

    boolean serves(Credentials current, long day) {
        return epochDay == day && credentials.equals(current);
    }

    private static HmacKey chain(String secret, Workbench bench, String... links) {
        HmacKey key = new HmacKey(bench.sha256, ("aliyun_v4" + secret).getBytes(StandardCharsets.UTF_8));
        for (String link : links) {
            key = new HmacKey(bench.sha256, key.sign(bench.sha256, ascii(link)));
        }
        return key;
    }

    private static byte[] param(String name, String value) {
        return new Ink().put(ascii(name)).put('=').putQuery(value).put('&').copy();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
