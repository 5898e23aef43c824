package io.tallyman.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileCredentialsTest {
    @TempDir
    Path folder;

    @Test
    void readsOneValueFromEachFile() throws Exception {
        MountedSecret secret = new MountedSecret(folder);
        secret.put(Map.of(
                "id",
                "fake-id\n",
                "secret",
                " fake-secret\r\n",
                "token",
                "fake-token",
                "end",
                "2026-11-24T18:00:00Z\n"));

        assertThat(origin("id", "secret", "token", "end").fetch())
                .isEqualTo(
                        new Credentials("fake-id", "fake-secret", "fake-token", Instant.parse("2026-11-24T18:00:00Z")));
        assertThat(origin("id", "secret", null, null).fetch()).isEqualTo(Credentials.of("fake-id", "fake-secret"));
    }

    @Test
    void anEmptyTokenIsNone() throws Exception {
        new MountedSecret(folder).put(Map.of("id", "fake-id", "secret", "fake-secret", "token", "\n", "end", ""));

        assertThat(origin("id", "secret", "token", "end").fetch()).isEqualTo(Credentials.of("fake-id", "fake-secret"));
    }

    @Test
    void neverMixesTwoVersionsHoweverOftenTheyAreSwapped() throws Exception {
        // Given a secret that somebody changes all the time
        MountedSecret secret = new MountedSecret(folder);
        secret.put(version(0));
        AtomicBoolean stop = new AtomicBoolean();
        Thread swapper = Thread.ofPlatform().start(() -> {
            for (int i = 1; !stop.get(); i++) {
                try {
                    secret.put(version(i));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
        CredentialsOrigin origin = origin("id", "secret", "token", null);

        // When
        int read = 0;
        int tries = 0;
        for (; read < 500 && tries < 200_000; tries++) {
            try {
                Credentials credentials = origin.fetch();

                // Then
                assertThat(credentials.accessKeySecret())
                        .isEqualTo("fake-secret-" + credentials.accessKeyId().substring(3));
                assertThat(credentials.securityToken())
                        .isEqualTo("fake-token-" + credentials.accessKeyId().substring(3));
                read++;
            } catch (NotObtainedException again) {
                // It may say that it could not; it is asked again later.
            }
        }
        stop.set(true);
        swapper.join();
        assertThat(origin.fetch()).isNotNull();
        assertThat(read).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "missing, secret, does not exist",
        "empty, secret, empty is empty",
        "id, empty, empty is empty",
        "lines, secret, holds more than one value",
        "id, binary, is no text in UTF-8",
        "id, long, holds more than one value",
        "id, '', cannot be read"
    })
    void saysWhichFileIsNoGoodAndNeverWhatIsInIt(String id, String secret, String message) throws Exception {
        new MountedSecret(folder)
                .put(Map.of(
                        "id", "fake-id",
                        "secret", "fake-secret",
                        "empty", " \n",
                        "lines", "fake-id\nfake-secret",
                        "long", "fake-secret".repeat(10_000)));
        Files.write(folder.resolve("binary"), new byte[] {'f', 'a', 'k', 'e', (byte) 0xff});

        assertThatThrownBy(() -> origin(id, secret, null, null).fetch())
                .isInstanceOfSatisfying(
                        NotObtainedException.class,
                        e -> assertThat(e.isPassing()).isFalse())
                .hasMessageContaining("file " + folder)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("fake");
    }

    @Test
    void theEndOfATokenIsATime() throws Exception {
        new MountedSecret(folder).put(Map.of("id", "i", "secret", "s", "token", "t", "end", "tomorrow"));

        assertThatThrownBy(() -> origin("id", "secret", "token", "end").fetch())
                .hasMessageContaining("holds no time such as 2026-11-24T18:00:00Z");
    }

    private static Map<String, String> version(int number) {
        return Map.of("id", "id-" + number, "secret", "fake-secret-" + number, "token", "fake-token-" + number);
    }

    private CredentialsOrigin origin(String id, String secret, String token, String end) {
        Map<String, String> files = new HashMap<>();
        files.put(FileCredentials.ID, folder.resolve(id).toString());
        files.put(FileCredentials.SECRET, folder.resolve(secret).toString());
        if (token != null) {
            files.put(FileCredentials.TOKEN, folder.resolve(token).toString());
        }
        if (end != null) {
            files.put(FileCredentials.TOKEN_END, folder.resolve(end).toString());
        }
        return new FileCredentials(files);
    }
}
