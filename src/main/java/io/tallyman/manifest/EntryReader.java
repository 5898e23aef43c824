package io.tallyman.manifest;

import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Expectations;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Entries as a query returns them; gives the connection back when it is closed. */
final class EntryReader implements ManifestReader {
    private static final List<ChecksumAlgorithm> HEX_CHECKSUMS =
            List.of(ChecksumAlgorithm.MD5, ChecksumAlgorithm.SHA1, ChecksumAlgorithm.SHA256, ChecksumAlgorithm.SHA512);

    private final String source;
    private final Connection connection;
    private final ResultSet entries;
    private long count;

    EntryReader(String source, Connection connection, ResultSet entries) {
        this.source = source;
        this.connection = connection;
        this.entries = entries;
    }

    @Override
    public String file() {
        return source;
    }

    @Override
    public @Nullable ManifestRow next() throws IOException {
        try {
            return entries.next() ? row() : null;
        } catch (SQLException e) {
            throw new IOException("the entries could not be read to their end", e);
        }
    }

    private ManifestRow row() throws SQLException {
        return new ManifestRow(
                ++count,
                entries.getString("key"),
                entries.getString("url"),
                entries.getString("version_id"),
                expectations(),
                entries.getString("path"),
                entries.getInt("priority"),
                expires(),
                map(entries.getString("headers")),
                list(entries.getArray("additional_headers")),
                map(entries.getString("params")),
                Map.of());
    }

    private Expectations expectations() throws SQLException {
        Map<ChecksumAlgorithm, String> checksums = new EnumMap<>(ChecksumAlgorithm.class);
        BigDecimal crc64 = entries.getBigDecimal("crc64");
        if (crc64 != null) {
            checksums.put(ChecksumAlgorithm.CRC64, crc64.toPlainString());
        }
        for (ChecksumAlgorithm algorithm : HEX_CHECKSUMS) {
            String checksum = entries.getString(algorithm.label());
            if (checksum != null) {
                checksums.put(algorithm, checksum);
            }
        }
        long size = entries.getLong("size_bytes");
        return new Expectations(entries.wasNull() ? null : size, checksums);
    }

    private @Nullable Duration expires() throws SQLException {
        int seconds = entries.getInt("expires_seconds");
        return entries.wasNull() ? null : Duration.ofSeconds(seconds);
    }

    private static Map<String, String> map(@Nullable String json) {
        return json == null ? Map.of() : JsonText.toMap(json);
    }

    private static List<String> list(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }

    /** Also ends the transaction, in which nothing was written, and with it the query. */
    @Override
    public void close() throws IOException {
        try (connection) {
            connection.rollback();
        } catch (SQLException e) {
            throw new IOException("the database connection could not be given back", e);
        }
    }
}
