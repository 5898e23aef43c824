package io.tallyman.manifest;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Opens manifest files: plain or gzipped, by name or from standard input, in any of the formats. */
public final class ManifestFile {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Pattern URL_START = Pattern.compile("(?i)https?://");
    private static final int URL_START_BYTES = "https://".length();

    private ManifestFile() {}

    /**
     * Opens a file for reading.
     *
     * @param file its path, or {@code -} for {@code standardInput}
     * @param format null to tell it: a file that begins with {@code http://} or {@code https://} is a list of URLs; any other is
     *     what its name says, or else what its first character says
     * @throws ManifestRefusedException where there is no such file, it is empty, or its gzip data is damaged
     */
    public static ManifestReader open(String file, @Nullable ManifestFormat format, InputStream standardInput)
            throws IOException {
        if (file.equals("-")) {
            return read(file, format, standardInput);
        }
        Path path = Path.of(file);
        if (Files.isDirectory(path)) {
            throw new ManifestRefusedException(file, 0, null, "is a folder, not a file");
        }
        try {
            return read(file, format, Files.newInputStream(path));
        } catch (NoSuchFileException missing) {
            throw new ManifestRefusedException(file, 0, null, "no such file");
        }
    }

    private static ManifestReader read(String file, @Nullable ManifestFormat format, InputStream raw)
            throws IOException {
        try {
            InputStream bytes = withoutByteOrderMark(unzipped(new BufferedInputStream(raw, BUFFER_BYTES)));
            String start = firstVisible(bytes);
            if (start.isEmpty()) {
                throw new ManifestRefusedException(file, 0, null, "the file is empty");
            }
            ManifestFormat known = format != null ? format : told(file, start);
            Reader text = StrictUtf8Reader.buffered(file, bytes);
            return switch (known) {
                case CSV -> new CsvManifestReader(file, text);
                case JSONL -> new JsonLinesManifestReader(file, text);
                case URLS -> new UrlListReader(file, text);
            };
        } catch (ZipException damaged) {
            raw.close();
            throw new ManifestRefusedException(file, 0, null, "the gzip data is damaged");
        } catch (ManifestRefusedException refused) {
            raw.close();
            throw refused;
        }
    }

    /** Told by the magic bytes of RFC 1952 and not by the name, so that standard input may be gzipped too. */
    private static InputStream unzipped(BufferedInputStream bytes) throws IOException {
        bytes.mark(2);
        boolean gzip = bytes.read() == 0x1f && bytes.read() == 0x8b;
        bytes.reset();
        return gzip ? new BufferedInputStream(new GZIPInputStream(bytes, BUFFER_BYTES), BUFFER_BYTES) : bytes;
    }

    private static InputStream withoutByteOrderMark(InputStream bytes) throws IOException {
        bytes.mark(3);
        if (bytes.read() != 0xef || bytes.read() != 0xbb || bytes.read() != 0xbf) {
            bytes.reset();
        }
        return bytes;
    }

    private static ManifestFormat told(String file, String start) {
        // Before the name is believed: as the header of a CSV file a URL would be quoted as an unknown column.
        if (URL_START.matcher(start).lookingAt()) {
            return ManifestFormat.URLS;
        }
        return ManifestFormat.ofName(file).orElse(start.startsWith("{") ? ManifestFormat.JSONL : ManifestFormat.CSV);
    }

    /** The first few bytes from the first that is no white space on, empty where there is none; leaves the stream where it was. */
    private static String firstVisible(InputStream bytes) throws IOException {
        bytes.mark(BUFFER_BYTES);
        int read = 0;
        int first;
        do {
            first = bytes.read();
            read++;
        } while (read < BUFFER_BYTES - URL_START_BYTES
                && (first == ' ' || first == '\t' || first == '\r' || first == '\n'));
        String start = first < 0
                ? ""
                : (char) first + new String(bytes.readNBytes(URL_START_BYTES - 1), StandardCharsets.ISO_8859_1);
        bytes.reset();
        return start;
    }
}
