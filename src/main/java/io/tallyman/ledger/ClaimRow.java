package io.tallyman.ledger;

import io.tallyman.manifest.JsonText;
import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Expectations;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A claim as the database returns it. */
final class ClaimRow {
    /** What {@link #read} reads, of an entry named e and its row of the queue, named c. */
    static final String COLUMNS =
            "e.id, c.lease_epoch, c.attempts, c.deferrals, c.worker_deaths, c.priority, e.key, e.url, e.version_id,"
                    + " e.path, e.size_bytes, e.crc64, e.md5, e.sha1, e.sha256, e.sha512, e.expires_seconds, e.headers,"
                    + " e.additional_headers, e.params";

    private ClaimRow() {}

    static Claim read(ResultSet row) throws SQLException {
        return new Claim(
                row.getLong("id"),
                row.getInt("lease_epoch"),
                row.getInt("attempts"),
                row.getInt("deferrals"),
                row.getInt("worker_deaths") > 0,
                row.getInt("priority"),
                row.getString("key"),
                row.getString("url"),
                row.getString("version_id"),
                row.getString("path"),
                expectations(row),
                expires(row),
                map(row.getString("headers")),
                list(row.getArray("additional_headers")),
                map(row.getString("params")));
    }

    private static Expectations expectations(ResultSet row) throws SQLException {
        Map<ChecksumAlgorithm, String> checksums = new EnumMap<>(ChecksumAlgorithm.class);
        BigDecimal crc64 = row.getBigDecimal("crc64");
        if (crc64 != null) {
            checksums.put(ChecksumAlgorithm.CRC64, crc64.toPlainString());
        }
        for (ChecksumAlgorithm algorithm : List.of(
                ChecksumAlgorithm.MD5, ChecksumAlgorithm.SHA1, ChecksumAlgorithm.SHA256, ChecksumAlgorithm.SHA512)) {
            String checksum = row.getString(algorithm.label());
            if (checksum != null) {
                checksums.put(algorithm, checksum);
            }
        }
        long size = row.getLong("size_bytes");
        return new Expectations(row.wasNull() ? null : size, checksums);
    }

    private static @Nullable Duration expires(ResultSet row) throws SQLException {
        int seconds = row.getInt("expires_seconds");
        return row.wasNull() ? null : Duration.ofSeconds(seconds);
    }

    private static Map<String, String> map(@Nullable String json) {
        return json == null ? Map.of() : JsonText.toMap(json);
    }

    private static List<String> list(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }
}
