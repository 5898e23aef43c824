package io.tallyman.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Gives back what a worker holds, unharmed, as if it had not been claimed. */
final class GivingBack {
    // Reads what is left of the manifest: no index knows who holds what, for every claim would have to change it.
    private static final String GIVE_BACK = """
            with held as (
                select entry_id from tallyman.queue
                where manifest_id = ? and worker_id = ?
                order by entry_id
                for update
            )
            update tallyman.queue set worker_id = null where entry_id = any (array(select entry_id from held))""";

    private GivingBack() {}

    /** Returns how many entries are pending again. */
    static int all(Connection connection, Worker worker) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(GIVE_BACK)) {
            statement.setLong(1, worker.manifestId());
            statement.setLong(2, worker.id());
            return statement.executeUpdate();
        }
    }
}
