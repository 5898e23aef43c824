package io.tallyman.manifest;

import io.tallyman.transfer.CaseTwins;
import io.tallyman.transfer.DestinationPath;
import io.tallyman.transfer.HostilePathException;
import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Expectations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Streams rows into the staging table by COPY, in its text format; holds no more than one buffer of them. */
final class StagedRows {
    /** Makes the staging table; its columns are in the order in which they are written here. */
    static final String TABLE = """
            create temporary table staged (
                line bigint not null, key text not null, version_id text not null, url text, path text not null,
                size_bytes bigint, crc64 numeric(20), md5 text, sha1 text, sha256 text, sha512 text,
                priority int not null, expires_seconds int, headers jsonb, additional_headers text[], params jsonb,
                labels jsonb, folded text not null
            ) on commit drop""";

    private static final int BUFFER_CHARS = 1 << 16;

    private final StringBuilder buffer = new StringBuilder(BUFFER_CHARS + (1 << 12));
    private final CopyIn copy;
    private final CaseTwins twins;

    private StagedRows(CopyIn copy, CaseTwins twins) {
        this.copy = copy;
        this.twins = twins;
    }

    /**
     * Copies all rows, each of them checked, together with their folded paths.
     *
     * @throws ManifestRefusedException where a row is not as it should be; the transaction is to be rolled back
     */
    static void copy(Connection connection, ManifestReader rows, CaseTwins twins) throws SQLException, IOException {
        CopyIn copy =
                connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy staged from stdin (encoding 'UTF8')");
        try {
            StagedRows staged = new StagedRows(copy, twins);
            for (ManifestRow row = rows.next(); row != null; row = rows.next()) {
                check(rows.file(), row);
                staged.write(row);
            }
            staged.flush();
            copy.endCopy();
        } catch (Throwable failure) {
            cancel(copy, failure);
            throw failure;
        }
    }

    /** The connection is of no use before its COPY has ended. */
    private static void cancel(CopyIn copy, Throwable failure) {
        try {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        } catch (SQLException second) {
            failure.addSuppressed(second);
        }
    }

    private static void check(String file, ManifestRow row) {
        try {
            DestinationPath.check(row.path());
        } catch (HostilePathException hostile) {
            throw new ManifestRefusedException(
                    file, row.line(), ManifestColumn.PATH.label(), String.valueOf(hostile.getMessage()));
        }
    }

    private void write(ManifestRow row) throws SQLException {
        Expectations expected = row.expectations();
        buffer.append(row.line());
        text(row.key());
        text(row.versionId());
        text(row.url());
        text(row.path());
        number(expected.sizeBytes());
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            text(expected.checksums().get(algorithm));
        }
        number(row.priority());
        number(row.expires() == null ? null : row.expires().toSeconds());
        json(row.headers());
        array(row.additionalHeaders());
        json(row.params());
        json(row.labels());
        text(twins.folded(row.path()));
        buffer.append('\n');
        if (buffer.length() >= BUFFER_CHARS) {
            flush();
        }
    }

    private void flush() throws SQLException {
        byte[] bytes = buffer.toString().getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(bytes, 0, bytes.length);
        buffer.setLength(0);
    }

    private void number(@Nullable Number value) {
        buffer.append('\t');
        if (value == null) {
            buffer.append("\\N");
        } else {
            buffer.append(value);
        }
    }

    private void text(@Nullable String value) {
        buffer.append('\t');
        if (value == null) {
            buffer.append("\\N");
        } else {
            escape(value);
        }
    }

    private void json(Map<String, String> values) {
        text(values.isEmpty() ? null : JsonText.of(values));
    }

    private void array(List<String> values) {
        if (values.isEmpty()) {
            text(null);
            return;
        }
        StringBuilder literal = new StringBuilder("{");
        for (String value : values) {
            literal.append(literal.length() == 1 ? "\"" : ",\"");
            literal.append(value.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
        }
        text(literal.append('}').toString());
    }

    /** The escapes of COPY's text format: what would end a column or a row, and the backslash itself. */
    private void escape(String value) {
        for (int index = 0; index < value.length(); index++) {
            char current = value.charAt(index);
            switch (current) {
                case '\\' -> buffer.append("\\\\");
                case '\t' -> buffer.append("\\t");
                case '\n' -> buffer.append("\\n");
                case '\r' -> buffer.append("\\r");
                default -> buffer.append(current);
            }
        }
    }
}
