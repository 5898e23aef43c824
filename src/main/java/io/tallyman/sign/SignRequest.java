package io.tallyman.sign;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One object to make a URL for, and what the URL shall bind its user to. Immutable and valid: what OSS would refuse is refused
 * on construction with a {@link SigningRefusedException}. Requests that share their headers, names and parameters are signed
 * fastest when they share the map and set objects too.
 *
 * @param key the object's key as it is, never encoded; 1 to 1023 bytes of UTF-8, not starting with a slash or backslash
 * @param versionId the version to open, null for the current one; a parameter {@code versionId} ends up here
 * @param expires how long the URL opens the object, from 1 second to {@link #LONGEST}, whole seconds
 * @param headers what the client will send; Content-Type, Content-MD5 and every {@code x-oss-*} are signed
 * @param additionalHeaders names of other headers to sign; as in the SDKs a name that {@code headers} lacks is passed over
 * @param params further query parameters, all signed: {@code response-*}, {@code x-oss-traffic-limit}, {@code x-oss-ac-*} ...;
 *     an empty value stands for the bare name
 */
public record SignRequest(
        String key,
        @Nullable String versionId,
        Duration expires,
        Map<String, String> headers,
        Set<String> additionalHeaders,
        Map<String, String> params) {

    /** The longest life of a V4 URL (OSS user guide, EC 0002-00000232). */
    public static final Duration LONGEST = Duration.ofDays(7);

    private static final String VERSION_ID = "versionId";

    public SignRequest {
        headers = Map.copyOf(headers);
        additionalHeaders = Set.copyOf(additionalHeaders);
        params = Map.copyOf(params);
        if (params.containsKey(VERSION_ID)) {
            versionId = Rules.oneVersionId(versionId, params.get(VERSION_ID));
            Map<String, String> others = new HashMap<>(params);
            others.remove(VERSION_ID);
            params = Map.copyOf(others);
        }
        Rules.checkKey(key);
        Rules.checkVersionId(versionId);
        Rules.checkExpires(expires);
        Rules.checkHeaders(headers);
        Rules.checkAdditionalHeaders(additionalHeaders);
        Rules.checkParams(params);
    }

    /** The current version of an object, with nothing more asked of the client. */
    public static SignRequest of(String key, Duration expires) {
        return new SignRequest(key, null, expires, Map.of(), Set.of(), Map.of());
    }
}
