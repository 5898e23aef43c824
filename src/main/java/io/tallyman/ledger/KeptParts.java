package io.tallyman.ledger;

import io.tallyman.verify.Crc64;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * What is on disk of entries that have not landed yet, as the workers that hold them last said. For people: a worker trusts what
 * lies beside its part file and hashes that anew. Safe for use by many threads; what returned is committed.
 */
@Singleton
public class KeptParts {
    // The lease is looked at so that a fenced worker changes nothing.
    private static final String REPLACE = """
            with held as (
                select entry_id as id from tallyman.queue
                where entry_id = ? and lease_epoch = ? and worker_id is not null for key share
            ), now_kept as (
                select h.id, p.* from held h, unnest(?::int8[], ?::int8[], ?::numeric[]) as p (offset_bytes, length_bytes, crc64)
            ), gone as (
                delete from tallyman.entry_part e using held h
                where e.entry_id = h.id
                  and not exists (select from now_kept n where n.offset_bytes = e.offset_bytes)
                returning 1
            ), written as (
                insert into tallyman.entry_part as e (entry_id, offset_bytes, length_bytes, crc64, etag)
                select id, offset_bytes, length_bytes, crc64, ? from now_kept
                on conflict (entry_id, offset_bytes) do update
                set length_bytes = excluded.length_bytes, crc64 = excluded.crc64, etag = excluded.etag, recorded_at = now()
                where (e.length_bytes, e.crc64, e.etag) is distinct from (excluded.length_bytes, excluded.crc64, excluded.etag)
            )
            select count(*) from gone""";

    private final DataSource database;

    public KeptParts(DataSource database) {
        this.database = database;
    }

    /**
     * One part.
     *
     * @param offset of its first byte
     * @param crc64 as {@link Crc64#value()} gives it
     */
    public record Part(long offset, long lengthBytes, long crc64) {}

    /**
     * Lists these and no others as the parts kept of an entry; does nothing where the lease is held no more.
     *
     * @return how many parts were listed that are not among these
     */
    public int replace(long entryId, long epoch, String etag, List<Part> parts) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(REPLACE)) {
            statement.setLong(1, entryId);
            statement.setLong(2, epoch);
            statement.setArray(3, connection.createArrayOf("int8", column(parts, Part::offset)));
            statement.setArray(4, connection.createArrayOf("int8", column(parts, Part::lengthBytes)));
            statement.setArray(
                    5, connection.createArrayOf("numeric", column(parts, part -> Crc64.print(part.crc64()))));
            statement.setString(6, etag);
            try (ResultSet gone = statement.executeQuery()) {
                gone.next();
                return gone.getInt(1);
            }
        }
    }

    private static Object[] column(List<Part> parts, Function<Part, Object> value) {
        return parts.stream().map(value).toArray();
    }

    /** Nothing is kept of this entry any more; does nothing where a later lease may keep something by now. */
    public void forget(long entryId, long epoch) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        delete from tallyman.entry_part p
                        where p.entry_id = ?
                          and not exists (
                              select from tallyman.queue q where q.entry_id = p.entry_id and q.lease_epoch > ?)""")) {
            statement.setLong(1, entryId);
            statement.setLong(2, epoch);
            statement.executeUpdate();
        }
    }
}
