package io.tallyman.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Recomputes the V4 signature (OSS4-HMAC-SHA256) of a presigned request from the bytes on the wire. Written from OSS's description
 * of the scheme and deliberately sharing nothing with {@code io.tallyman.sign}, so that one checks the other. Thread-safe.
 */
final class RequestAuthenticator {
    static final String ALGORITHM = "OSS4-HMAC-SHA256";

    private final PresignedWindow window;
    private final Map<String, StandInCredentials> credentials;
    private final Map<String, byte[]> signingKeys = new ConcurrentHashMap<>();

    RequestAuthenticator(List<StandInCredentials> credentials, PresignedWindow window) {
        this.credentials =
                credentials.stream().collect(Collectors.toUnmodifiableMap(StandInCredentials::accessKeyId, c -> c));
        this.window = window;
    }

    static boolean isSigned(RequestedObject object) {
        return object.parameters().keySet().stream()
                .anyMatch(name -> name.equals("x-oss-signature")
                        || name.equals("x-oss-signature-version")
                        || name.equals("x-oss-credential"));
    }

    /**
     * Returns where the request is signed by known keys, now.
     *
     * @throws RequestRefusedException 400 where the parameters are malformed, 403 where they do not open the object
     */
    void authenticate(RequestHead head, RequestedObject object) {
        PresignedParameters signed = PresignedParameters.of(object);
        window.checkScope(signed);
        StandInCredentials keys = credentials.get(signed.accessKeyId());
        if (keys == null) {
            throw Refusal.of(
                            403,
                            "InvalidAccessKeyId",
                            "The OSS Access Key Id you provided does not exist in our records.",
                            "0002-00000902")
                    .withDetail("OSSAccessKeyId", signed.accessKeyId())
                    .asException();
        }
        window.checkTime(signed);
        window.checkToken(object.parameter("x-oss-security-token"), keys);

        String canonicalRequest = canonicalRequest(head, object, signed.additionalHeaders());
        String stringToSign =
                ALGORITHM + "\n" + signed.date() + "\n" + signed.scope() + "\n" + hex(sha256(canonicalRequest));
        String expected = hex(hmac(signingKey(keys, signed), stringToSign));
        if (!MessageDigest.isEqual(expected.getBytes(UTF_8), signed.signature().getBytes(UTF_8))) {
            throw Refusal.of(
                            403,
                            "SignatureDoesNotMatch",
                            "The request signature we calculated does not match the signature you provided. Check your key and"
                                    + " signing method.",
                            "0002-00000040")
                    .withDetail("OSSAccessKeyId", signed.accessKeyId())
                    .withDetail("SignatureProvided", signed.signature())
                    .withDetail("StringToSign", stringToSign)
                    .withDetail("StringToSignBytes", spaced(stringToSign))
                    .withDetail("CanonicalRequest", canonicalRequest)
                    .asException();
        }
    }

    private static String canonicalRequest(RequestHead head, RequestedObject object, List<String> additional) {
        TreeMap<String, String> query = new TreeMap<>();
        object.parameters().forEach((name, value) -> {
            if (!name.equals("x-oss-signature")) {
                query.put(PercentCoding.encode(name, false), PercentCoding.encode(value, false));
            }
        });
        StringBuilder headers = new StringBuilder();
        new TreeMap<>(head.headers()).forEach((name, value) -> {
            if (isAlwaysSigned(name) || additional.contains(name)) {
                headers.append(name).append(':').append(value).append('\n');
            }
        });
        // Listed but not sent stays in the list: the signature then does not match, as it must not.
        TreeSet<String> listed = new TreeSet<>(additional);
        listed.removeIf(RequestAuthenticator::isAlwaysSigned);
        return String.join(
                "\n",
                head.method(),
                PercentCoding.encode("/" + object.bucket() + "/" + object.key(), true),
                query.entrySet().stream()
                        .map(e -> e.getValue().isEmpty() ? e.getKey() : e.getKey() + "=" + e.getValue())
                        .collect(Collectors.joining("&")),
                headers,
                String.join(";", listed),
                head.headers().getOrDefault("x-oss-content-sha256", "UNSIGNED-PAYLOAD"));
    }

    private static boolean isAlwaysSigned(String lowerCaseName) {
        return lowerCaseName.startsWith("x-oss-")
                || lowerCaseName.equals("content-type")
                || lowerCaseName.equals("content-md5");
    }

    private byte[] signingKey(StandInCredentials keys, PresignedParameters signed) {
        return signingKeys.computeIfAbsent(keys.accessKeyId() + "/" + signed.scope(), scope -> {
            byte[] key = ("aliyun_v4" + keys.accessKeySecret()).getBytes(UTF_8);
            for (String step : signed.scope().split("/", -1)) {
                key = hmac(key, step);
            }
            return key;
        });
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static String spaced(String text) {
        return HexFormat.ofDelimiter(" ").withUpperCase().formatHex(text.getBytes(UTF_8));
    }
}
