package io.tallyman.manifest;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipException;

/**
 * Decodes UTF-8 and refuses what is none, by line. The JDK's reader would put U+FFFD in its place, and an object of another
 * name would be asked for. A character outside the basic plane needs room for two chars at once: read it through
 * {@link #buffered}.
 */
final class StrictUtf8Reader extends Reader {
    private final String file;
    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 14).flip();
    private boolean ended;
    private long line = 1;
    private boolean afterCarriageReturn;

    static Reader buffered(String file, InputStream in) {
        return new BufferedReader(new StrictUtf8Reader(file, in), 1 << 14);
    }

    private StrictUtf8Reader(String file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        CharBuffer chars = CharBuffer.wrap(target, offset, length);
        while (true) {
            CoderResult result = decoder.decode(bytes, chars, ended);
            int read = chars.position();
            countLines(target, offset, read);
            if (result.isError()) {
                throw new ManifestRefusedException(file, line, null, "not valid UTF-8");
            }
            if (read > 0) {
                return read;
            }
            if (ended) {
                return -1;
            }
            fill();
        }
    }

    private void fill() throws IOException {
        bytes.compact();
        try {
            int read = in.read(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            if (read < 0) {
                ended = true;
            } else {
                bytes.position(bytes.position() + read);
            }
        } catch (ZipException | EOFException damaged) {
            throw new ManifestRefusedException(file, line, null, "the gzip data is damaged or ends too early");
        }
        bytes.flip();
    }

    private void countLines(char[] chars, int offset, int length) {
        for (int index = offset; index < offset + length; index++) {
            char current = chars[index];
            if (current == '\r' || (current == '\n' && !afterCarriageReturn)) {
                line++;
            }
            afterCarriageReturn = current == '\r';
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
