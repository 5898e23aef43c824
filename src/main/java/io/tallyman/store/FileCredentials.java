package io.tallyman.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Credentials in files, one value each, as Kubernetes mounts a secret. They are looked at again and again; a change that happens
 * between the reading of two of them (Kubernetes swaps the link {@code ..data} under all at once) is noticed and read anew, so
 * that a key never meets another key's secret.
 */
final class FileCredentials implements CredentialsOrigin {
    static final String ID = "access-key-id-file";
    static final String SECRET = "access-key-secret-file";
    static final String TOKEN = "security-token-file";
    static final String TOKEN_END = "security-token-expires-at-file";

    /** Kubernetes itself takes about a minute to bring a changed secret into a pod. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

    private static final int READINGS = 10;
    private static final int LIMIT_BYTES = 64 * 1024;

    private final List<Path> paths;
    private final boolean hasToken;
    private final boolean hasTokenEnd;

    /** @param files paths by {@link #ID}, {@link #SECRET} and, where there are any, {@link #TOKEN} and {@link #TOKEN_END} */
    FileCredentials(Map<String, String> files) {
        List<Path> given = new ArrayList<>();
        for (String key : List.of(ID, SECRET, TOKEN, TOKEN_END)) {
            String file = files.get(key);
            if (file != null) {
                given.add(Path.of(file));
            }
        }
        paths = List.copyOf(given);
        hasToken = files.containsKey(TOKEN);
        hasTokenEnd = files.containsKey(TOKEN_END);
    }

    @Override
    public Credentials fetch() throws NotObtainedException {
        List<String> values = readAll();
        for (int i = 1; i < READINGS; i++) {
            List<String> again = readAll();
            if (again.equals(values)) {
                return credentials(values);
            }
            values = again;
        }
        throw NotObtainedException.passing("its files change all the time");
    }

    @Override
    public Duration untilNextFetch(Credentials fetched, Instant now) {
        return BETWEEN_LOOKS;
    }

    private Credentials credentials(List<String> values) throws NotObtainedException {
        if (values.get(0).isEmpty() || values.get(1).isEmpty()) {
            throw NotObtainedException.lasting("file " + paths.get(values.get(0).isEmpty() ? 0 : 1) + " is empty");
        }
        return new Credentials(
                values.get(0),
                values.get(1),
                hasToken ? values.get(2) : null,
                hasTokenEnd ? instant(values.getLast(), paths.getLast()) : null);
    }

    private static @Nullable Instant instant(String value, Path file) throws NotObtainedException {
        try {
            return value.isEmpty() ? null : Instant.parse(value);
        } catch (DateTimeParseException e) {
            throw NotObtainedException.lasting("file " + file + " holds no time such as 2026-11-24T18:00:00Z");
        }
    }

    private List<String> readAll() throws NotObtainedException {
        List<String> values = new ArrayList<>(paths.size());
        for (Path path : paths) {
            values.add(read(path));
        }
        return values;
    }

    private static String read(Path file) throws NotObtainedException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LIMIT_BYTES + 1);
            String value = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString()
                    .strip();
            if (bytes.length > LIMIT_BYTES || value.chars().anyMatch(Character::isISOControl)) {
                throw NotObtainedException.lasting("file " + file + " holds more than one value");
            }
            return value;
        } catch (CharacterCodingException e) {
            throw NotObtainedException.lasting("file " + file + " is no text in UTF-8");
        } catch (NoSuchFileException e) {
            throw NotObtainedException.lasting("file " + file + " does not exist");
        } catch (IOException e) {
            throw NotObtainedException.lasting(
                    "file " + file + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }
}
