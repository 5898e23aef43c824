package io.tallyman.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignRequestTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @ParameterizedTest
    @MethodSource
    void refusesKeysThatOssDoesNotHave(String key, String reason) {
        refuses(() -> SignRequest.of(key, HOUR), reason);
    }

    static Stream<Arguments> refusesKeysThatOssDoesNotHave() {
        return Stream.of(
                Arguments.of("", "the key is empty"),
                Arguments.of("/a", "starts with /"),
                Arguments.of("\\a", "starts with \\"),
                Arguments.of("a".repeat(1024), "has 1024 bytes in UTF-8"),
                Arguments.of("中".repeat(342), "has 1026 bytes in UTF-8"),
                Arguments.of("a\ud83d", "is not valid Unicode"),
                Arguments.of("\ude00a", "is not valid Unicode"),
                Arguments.of("/a\nb\u2028c", "'/a?b?c'"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a//b", "..", "a/../b", "a/", "?a", "a\\b", "\u0001", " ", "%2F", "+", "😀"})
    void takesEveryOtherKeyAsItIs(String key) {
        assertThat(SignRequest.of(key, HOUR).key()).isEqualTo(key);
    }

    @Test
    void takesKeysOfTheLongestLengthInBytes() {
        assertThatCode(() -> SignRequest.of("a".repeat(1023), HOUR)).doesNotThrowAnyException();
        assertThatCode(() -> SignRequest.of("中".repeat(341), HOUR)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT604801S", "PT1.5S", "PT0.999S", "PT2562047788015215H"})
    void refusesExpiriesThatOssDoesNotTake(String expires) {
        refuses(() -> SignRequest.of("k", Duration.parse(expires)), "give whole seconds, from 1 s to 7 days");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1S", "P1D", "P7D"})
    void takesExpiriesFromASecondToSevenDays(String expires) {
        assertThat(SignRequest.of("k", Duration.parse(expires)).expires()).isEqualTo(Duration.parse(expires));
    }

    @ParameterizedTest
    @MethodSource
    void refusesHeadersThatCannotBeSent(Map<String, String> headers, String reason) {
        refuses(() -> new SignRequest("k", null, HOUR, headers, Set.of(), Map.of()), reason);
    }

    static Stream<Arguments> refusesHeadersThatCannotBeSent() {
        return Stream.of(
                Arguments.of(
                        Map.of("x-oss-a", "b\r\nX-Evil: 1"), "line break or another control character at position 2"),
                Arguments.of(Map.of("x-oss-a", "b\n"), "line break or another control character"),
                Arguments.of(Map.of("x-oss-a", "b\u0000"), "line break or another control character"),
                Arguments.of(Map.of("x-oss-a", "b\u007f"), "line break or another control character"),
                Arguments.of(Map.of("x-oss-a", "b\u0085"), "line break or another control character"),
                Arguments.of(Map.of("x-oss-a\r\nX-Evil", "b"), "header name 'x-oss-a??X-Evil' is not one"),
                Arguments.of(Map.of("", "b"), "header name '' is not one"),
                Arguments.of(Map.of("a b", "b"), "header name 'a b' is not one"),
                Arguments.of(Map.of("a:", "b"), "header name 'a:' is not one"),
                Arguments.of(Map.of("é", "b"), "header name 'é' is not one"),
                Arguments.of(Map.of("x-oss-a", ""), "has no value: leave it out"),
                Arguments.of(Map.of("x-oss-a", " \t"), "has no value: leave it out"),
                Arguments.of(Map.of("x-oss-a", "\ud83d"), "is not valid Unicode"),
                Arguments.of(Map.of("Content-Type", "a", "content-type", "b"), "is given twice"),
                Arguments.of(Map.of("versionId", "v1"), "use the version id (--version-id, version_id) instead"),
                Arguments.of(Map.of("VERSIONID", "v1"), "use the version id (--version-id, version_id) instead"),
                Arguments.of(
                        Map.of("x-oss-version-id", "v1"), "use the version id (--version-id, version_id) instead"));
    }

    @ParameterizedTest
    @MethodSource
    void refusesNamesOfAdditionalHeadersThatAreNone(Set<String> names, String reason) {
        refuses(() -> new SignRequest("k", null, HOUR, Map.of("range", "bytes=0-1"), names, Map.of()), reason);
    }

    static Stream<Arguments> refusesNamesOfAdditionalHeadersThatAreNone() {
        return Stream.of(
                Arguments.of(Set.of(""), "an additional header has an empty name"),
                Arguments.of(Set.of("range", ""), "an additional header has an empty name"),
                Arguments.of(Set.of("a;b"), "header name 'a;b' is not one"),
                Arguments.of(Set.of(" "), "header name ' ' is not one"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-oss-signature",
                "x-oss-signature-version",
                "x-oss-date",
                "x-oss-expires",
                "x-oss-credential",
                "x-oss-security-token",
                "x-oss-additional-headers",
                "security-token",
                "OSSAccessKeyId",
                "Expires",
                "Signature"
            })
    void refusesParametersThatTheSignatureWrites(String name) {
        refuses(
                () -> new SignRequest("k", null, HOUR, Map.of(), Set.of(), Map.of(name, "v")),
                "parameter '" + name + "' is written by the signature itself");
    }

    @Test
    void refusesParametersThatCannotBeWritten() {
        refuses(() -> withParams(Map.of("", "v")), "a parameter has an empty name");
        refuses(() -> withParams(Map.of("a\udc00", "v")), "is not valid Unicode");
        refuses(() -> withParams(Map.of("a", "\ud800")), "is not valid Unicode");
    }

    @Test
    void takesTheVersionFromAParameterToo() {
        SignRequest request = withParams(Map.of("versionId", "v1", "acl", ""));

        assertThat(request.versionId()).isEqualTo("v1");
        assertThat(request.params()).containsOnlyKeys("acl");
        assertThat(new SignRequest("k", "v1", HOUR, Map.of(), Set.of(), Map.of("versionId", "v1")).params())
                .isEmpty();
    }

    @Test
    void refusesTwoVersionsAndEmptyOnes() {
        refuses(
                () -> new SignRequest("k", "v1", HOUR, Map.of(), Set.of(), Map.of("versionId", "v2")),
                "two version ids are given");
        refuses(() -> new SignRequest("k", "", HOUR, Map.of(), Set.of(), Map.of()), "the version id is empty");
        refuses(() -> withParams(Map.of("versionId", "")), "the version id is empty");
    }

    private static SignRequest withParams(Map<String, String> params) {
        return new SignRequest("k", null, HOUR, Map.of(), Set.of(), params);
    }

    private static void refuses(org.assertj.core.api.ThrowableAssert.ThrowingCallable making, String reason) {
        assertThatThrownBy(making)
                .isInstanceOf(SigningRefusedException.class)
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("\n", "\r");
    }
}
