package io.tallyman.database;

/** How to reach a PostgreSQL server. Prints without its password. */
public record PostgresServer(String jdbcUrl, String username, String password) {
    @Override
    public String toString() {
        return "PostgresServer[" + jdbcUrl + ", " + username + "]";
    }
}
