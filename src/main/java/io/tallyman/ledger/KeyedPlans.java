package io.tallyman.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Has the planner look rows up by their keys and read the queue in its own order, whatever it believes of the tables: its
 * statistics are wrong right after an import, and wherever the queue has grown or shrunk since they were made. What is planned
 * otherwise reads whole tables with every batch. Plans are made without a look at the batch itself: its five hundred known rows
 * would stand against a single row that is expected of the queue, and each row that the worker holds would be compared with each
 * of the batch.
 */
final class KeyedPlans {
    // Local to the transaction: the connection's next user has the planner's usual choice.
    private static final String KEYED = """
            select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
                   set_config('enable_sort', 'off', true), set_config('enable_hashjoin', 'off', true),
                   set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true),
                   set_config('plan_cache_mode', 'force_generic_plan', true)""";

    private KeyedPlans() {}

    /** For the statements of this transaction that are planned from here on. */
    static void require(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(KEYED)) {
            statement.execute();
        }
    }
}
