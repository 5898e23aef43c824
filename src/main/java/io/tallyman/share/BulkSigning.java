package io.tallyman.share;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tallyman.manifest.ManifestReader;
import io.tallyman.manifest.ManifestRefusedException;
import io.tallyman.manifest.ManifestRow;
import io.tallyman.sign.Signer;
import io.tallyman.sign.SigningRefusedException;
import io.tallyman.verify.Expectations;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Signs many keys and writes them down in the order of the input. One thread reads and writes; in between, chunks of rows are
 * signed on virtual threads, never more than a few at once, so memory does not grow with the number of rows.
 */
public final class BulkSigning {
    private static final int CHUNK_ROWS = 512;
    private static final int TYPICAL_LINE_CHARS = 400;
    /** Enough that every processor has the next chunk at hand while the oldest is being written. */
    private static final int CHUNKS_IN_FLIGHT = 3 * Runtime.getRuntime().availableProcessors();

    private final Signer signer;
    private final Instant at;
    private final SignDefaults defaults;
    private final UrlFormat format;

    /**
     * URLs are signed as of {@code at}.
     *
     * @throws SigningRefusedException where the defaults cannot be signed, whatever the key
     */
    public BulkSigning(Signer signer, Instant at, SignDefaults defaults, UrlFormat format) {
        this.signer = signer;
        this.at = at;
        this.defaults = defaults;
        this.format = format;
        signer.sign(defaults.request(row("key")), at);
    }

    /**
     * Signs these keys; nothing is written where one of them is refused.
     *
     * @throws SigningRefusedException where a key cannot be signed
     * @throws UnusableNameException where the format names files and a key cannot be one
     */
    public void signKeys(List<String> keys, OutputStream out) throws IOException {
        Lines lines = lines(keys.stream().map(BulkSigning::row).toList());
        if (lines.refused != null) {
            throw lines.refused;
        }
        out.write(format.head().getBytes(UTF_8));
        out.write(lines.bytes);
        out.write(format.foot().getBytes(UTF_8));
    }

    /**
     * Signs the rows of a manifest.
     *
     * @throws ManifestRefusedException at the first row that cannot be read or signed; the lines before it have been written
     */
    public void signRows(ManifestReader rows, OutputStream out) throws IOException {
        out.write(format.head().getBytes(UTF_8));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Deque<CompletableFuture<Lines>> inFlight = new ArrayDeque<>();
            @Nullable ManifestRefusedException unreadable = null;
            boolean ended = false;
            while (!ended) {
                List<ManifestRow> chunk = new ArrayList<>(CHUNK_ROWS);
                try {
                    ended = !fill(chunk, rows);
                } catch (ManifestRefusedException e) {
                    unreadable = e;
                    ended = true;
                }
                inFlight.add(CompletableFuture.supplyAsync(() -> lines(chunk), threads));
                while (inFlight.size() > (ended ? 0 : CHUNKS_IN_FLIGHT)) {
                    write(inFlight.remove().join(), rows.file(), out);
                }
            }
            if (unreadable != null) {
                throw unreadable;
            }
        }
        out.write(format.foot().getBytes(UTF_8));
    }

    /** False where the rows have come to their end. */
    private static boolean fill(List<ManifestRow> chunk, ManifestReader rows) throws IOException {
        while (chunk.size() < CHUNK_ROWS) {
            ManifestRow row = rows.next();
            if (row == null) {
                return false;
            }
            chunk.add(row);
        }
        return true;
    }

    private static void write(Lines lines, String file, OutputStream out) throws IOException {
        out.write(lines.bytes);
        if (lines.refused != null) {
            String column = lines.refused instanceof UnusableNameException ? "path" : null;
            throw new ManifestRefusedException(file, lines.at, column, String.valueOf(lines.refused.getMessage()));
        }
    }

    /** What these rows come to, up to the first that is refused. */
    private Lines lines(List<ManifestRow> rows) {
        StringBuilder text = new StringBuilder(rows.size() * TYPICAL_LINE_CHARS);
        UrlWriter writer = format.writer();
        for (ManifestRow row : rows) {
            try {
                if (row.url() != null) {
                    throw new AlreadySignedException();
                }
                writer.write(row, signer.sign(defaults.request(row), at), text);
            } catch (SigningRefusedException | UnusableNameException | AlreadySignedException refused) {
                return new Lines(bytes(text), refused, row.line());
            }
        }
        return new Lines(bytes(text), null, 0);
    }

    private static byte[] bytes(StringBuilder text) {
        return text.toString().getBytes(UTF_8);
    }

    private static ManifestRow row(String key) {
        return new ManifestRow(
                0, key, null, "", Expectations.NONE, key, 0, null, Map.of(), List.of(), Map.of(), Map.of());
    }

    /** No record: those print what they hold. */
    private static final class Lines {
        private final byte[] bytes;
        private final @Nullable RuntimeException refused;
        private final long at;

        Lines(byte[] bytes, @Nullable RuntimeException refused, long at) {
            this.bytes = bytes;
            this.refused = refused;
            this.at = at;
        }
    }

    private static final class AlreadySignedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AlreadySignedException() {
            super("the row has a url, which is signed already; only keys can be signed");
        }
    }
}
