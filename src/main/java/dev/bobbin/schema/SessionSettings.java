package dev.bobbin.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;

/** What every session that works on a schema sets, whatever its role or its database are set to. */
final class SessionSettings {

    /**
     * Milliseconds that a statement waits for a lock. Long enough to get a turn between the statements of a busy service, and
     * whoever waits behind it waits no longer, since it gives its turn up after that.
     */
    static final int LOCK_TIMEOUT = 3000;

    /** Settings of all servers: limits that would cut work short, and what changes the meaning of SQL or the catalog's words. */
    private static final List<String> EVERYWHERE = List.of(
            "statement_timeout = 0",
            "idle_in_transaction_session_timeout = 0",
            "standard_conforming_strings = on",
            "quote_all_identifiers = off",
            "client_min_messages = notice",
            // a session whose client vanished without a word does not keep its locks for hours
            "tcp_keepalives_idle = 10",
            "tcp_keepalives_interval = 5",
            "tcp_keepalives_count = 3");

    /** Settings that not every version and system has. The last one notices a client that was killed while it works. */
    private static final String WHERE_THEY_ARE =
            """
            do $$
            declare
                name text;
            begin
                foreach name in array array['idle_session_timeout=0', 'transaction_timeout=0', 'client_connection_check_interval=2s']
                loop
                    begin
                        perform set_config(split_part(name, '=', 1), split_part(name, '=', 2), false);
                    exception when others then
                        null;
                    end;
                end loop;
            end $$""";

    private SessionSettings() {}

    /** @param lockTimeout in milliseconds; 0 waits without an end */
    static String sql(int lockTimeout) {
        return EVERYWHERE.stream().map(setting -> "set " + setting + "; ").collect(Collectors.joining())
                + "set lock_timeout = " + lockTimeout + "; " + WHERE_THEY_ARE;
    }

    static void apply(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql(LOCK_TIMEOUT));
        }
    }
}
