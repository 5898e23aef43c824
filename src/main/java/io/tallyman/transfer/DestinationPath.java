package io.tallyman.transfer;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The only way from a key to a file. A key is taken as plain text with {@code /} between its segments: nothing is decoded,
 * trimmed, folded or repaired, so two keys never meet in one path by our doing; what cannot be written as it stands is refused.
 * Immutable.
 *
 * <p>Refused is what could do harm: empty, {@code .} and {@code ..} segments (so also absolute keys, {@code a//b} and a trailing slash),
 * backslashes, control characters and unpaired surrogates, drive letters, names Windows reserves (an archive made here must be readable
 * there), names of ours, segments over 255 and paths over 4095 bytes of UTF-8.
 *
 * <p>Accepted is what is merely awkward, as it stands: percent encodings, blanks and dots at either end, quotes, wildcards and the other
 * characters Windows has no file names with (on Windows itself the key is refused), a colon after the first two characters, characters that show
 * nothing or turn the line around, and what only a compatibility form (NFKC) would make dots or slashes of, for no file system uses one. Whether
 * two keys meet is {@link CaseTwins}'s to say.
 */
public final class DestinationPath {
    /** Names that start like this belong to part files. */
    static final String RESERVED_PREFIX = ".tallyman.";

    private static final int MAX_SEGMENT_BYTES = 255;
    /** Linux's PATH_MAX without its closing zero. */
    private static final int MAX_PATH_BYTES = 4095;
    /** Room for the longest name of a part file beside the final one. */
    private static final int PART_NAME_BYTES = 64;

    private static final Pattern WINDOWS_RESERVED =
            Pattern.compile("(?i)(con|prn|aux|nul|conin\\$|conout\\$|(com|lpt)[0-9¹²³])[ ]*(\\..*)?", Pattern.DOTALL);

    private final Path root;
    private final String key;
    private final Path file;

    private DestinationPath(Path root, String key, Path file) {
        this.root = root;
        this.key = key;
        this.file = file;
    }

    /**
     * The file a key is written to.
     *
     * @param root the destination root; made absolute, and trusted as it is (it may be a symbolic link)
     * @param key the key, or the relative path a manifest row gives instead
     * @throws HostilePathException where it cannot be written safely
     */
    public static DestinationPath under(Path root, String key) {
        check(key);
        Path absoluteRoot = root.toAbsolutePath().normalize();
        Path file;
        try {
            file = absoluteRoot.resolve(key);
        } catch (InvalidPathException e) {
            // On Linux this means a name the JVM's locale cannot write: LC_ALL=C instead of C.UTF-8.
            throw new HostilePathException(
                    key, key, "this file system or locale cannot write the name; start with LC_ALL=C.UTF-8");
        }
        // Holds by construction; checked again because everything written depends on it.
        if (!file.equals(file.normalize()) || !file.startsWith(absoluteRoot) || file.equals(absoluteRoot)) {
            throw new HostilePathException(key, key, "it leads out of the destination");
        }
        int parentBytes = utf8Length(String.valueOf(file.getParent())) + 1;
        if (Math.max(utf8Length(file.toString()), parentBytes + PART_NAME_BYTES) > MAX_PATH_BYTES) {
            throw new HostilePathException(
                    key, key, "the whole path would be longer than " + MAX_PATH_BYTES + " bytes");
        }
        return new DestinationPath(absoluteRoot, key, file);
    }

    /**
     * Checks a key without a root, for example while a manifest is imported.
     *
     * @throws HostilePathException where no root could make it safe
     */
    public static void check(String key) {
        if (key.isEmpty()) {
            throw new HostilePathException(key, key, "it is empty");
        }
        if (key.startsWith("/")) {
            throw new HostilePathException(key, "/", "it is absolute; keys are relative");
        }
        if (key.endsWith("/")) {
            throw new HostilePathException(key, "/", "it ends in a slash and names a directory");
        }
        List<String> segments = List.of(key.split("/", -1));
        if (startsWithDrive(segments.get(0))) {
            throw new HostilePathException(key, segments.get(0), "it starts with a drive letter");
        }
        for (String segment : segments) {
            checkSegment(key, segment);
        }
    }

    private static boolean startsWithDrive(String segment) {
        return segment.length() > 1
                && segment.charAt(1) == ':'
                && (segment.charAt(0) | 0x20) >= 'a'
                && (segment.charAt(0) | 0x20) <= 'z';
    }

    private static void checkSegment(String key, String segment) {
        if (segment.isEmpty()) {
            throw new HostilePathException(key, "//", "it holds an empty segment");
        }
        if (segment.equals(".") || segment.equals("..")) {
            throw new HostilePathException(key, segment, "a dot segment names another directory");
        }
        if (segment.indexOf('\\') >= 0) {
            throw new HostilePathException(key, segment, "a backslash separates directories on some systems");
        }
        for (int at = 0, point; at < segment.length(); at += Character.charCount(point)) {
            point = segment.codePointAt(at);
            if (Character.isISOControl(point)) {
                throw new HostilePathException(key, segment, "it holds a control character");
            }
            if (Character.getType(point) == Character.SURROGATE) {
                throw new HostilePathException(key, segment, "it is not valid Unicode (an unpaired surrogate)");
            }
        }
        if (CaseTwins.visible(segment).toLowerCase(Locale.ROOT).startsWith(RESERVED_PREFIX)) {
            throw new HostilePathException(key, segment, "names starting with " + RESERVED_PREFIX + " are ours");
        }
        if (WINDOWS_RESERVED.matcher(segment).matches()) {
            throw new HostilePathException(key, segment, "Windows reserves this name");
        }
        if (utf8Length(segment) > MAX_SEGMENT_BYTES) {
            throw new HostilePathException(
                    key,
                    segment,
                    "it is " + utf8Length(segment) + " bytes long, more than the " + MAX_SEGMENT_BYTES
                            + " a file name may have");
        }
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    public Path root() {
        return root;
    }

    /** The final file, absolute. */
    public Path file() {
        return file;
    }

    /** The directory of the final file, and of its part file. */
    public Path directory() {
        Path parent = file.getParent();
        return parent == null ? root : parent;
    }

    /** The last segment, the file's name in its directory. */
    Path fileName() {
        return Objects.requireNonNull(file.getFileName());
    }

    /** The directories from the root down to the file; empty where it lies in the root itself. */
    List<Path> directorySegments() {
        List<Path> segments = new ArrayList<>();
        root.relativize(file).forEach(segments::add);
        return segments.subList(0, segments.size() - 1);
    }

    /** A refusal because of what was found in the tree. */
    HostilePathException refused(Path segment, String reason) {
        return new HostilePathException(key, segment.toString(), reason);
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
