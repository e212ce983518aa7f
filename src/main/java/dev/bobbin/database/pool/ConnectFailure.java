package dev.bobbin.database.pool;

import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.vertx.pgclient.PgException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;

/**
 * What a failed connect means: whether to try again, and when. Neon's proxy gives SQLSTATE XX000 to all that it says
 * itself, and PgBouncer 08P01, so those are told apart by their texts (as of neon at 6a35a3e and PgBouncer 1.24).
 */
public enum ConnectFailure {
    /** It passes by itself, soon: the database wakes, starts, or a packet was lost. */
    RETRY,
    /** Too many connections, or too many attempts: to try again soon makes it worse. */
    BACK_OFF,
    /** Somebody has to change something: a password, a quota, a certificate. */
    HOPELESS;

    /** Said by proxies in front of a database; lower case. */
    private static final List<String> TOO_MANY = List.of(
            "too many",
            "client connections exceeded",
            "rate limit",
            "failed to acquire permit",
            "no more connections allowed",
            "concurrency_limit_reached");

    private static final List<String> NEEDS_SOMEBODY = List.of(
            "authentication failed",
            "no such user",
            "no such database",
            "endpoint id is not specified",
            "inconsistent project name",
            "not be found",
            "is disabled",
            "quota",
            "not allowed",
            "unsupported startup parameter",
            "connection is insecure");

    /** 53300 too many connections, and the rest of its class: insufficient resources. */
    private static final String INSUFFICIENT_RESOURCES = "53";

    /** 57P01 to 57P03: shutting down, crashed, starting up. 08 connection exception. 58 system error. */
    private static final Set<String> PASSING = Set.of("57", "08", "58", "XX");

    /** For the log and the operator. The client's messages hold no password. */
    static String inWords(Throwable failure) {
        if (failure instanceof PgException e) {
            return e.getErrorMessage() + " (SQLSTATE " + e.getSqlState() + ")";
        }
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    /** Whether the database itself said it, and so was awake: 3D no such database, 42 no right, 53 too many of something. */
    static boolean isOfTheDatabase(Throwable failure) {
        return failure instanceof PgException e
                && Set.of("3D", "42", "53").contains(sqlStateClass(String.valueOf(e.getSqlState())));
    }

    private static String sqlStateClass(String sqlState) {
        return sqlState.substring(0, Math.min(2, sqlState.length()));
    }

    /** Whether a session that was open broke off, so that the same work may do on another. */
    public static boolean isOfTheConnection(SQLException failure) {
        return PASSING.contains(sqlStateClass(String.valueOf(failure.getSQLState()))) && of(failure) != HOPELESS;
    }

    public static ConnectFailure of(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof PgException e) {
                return ofAnswer(String.valueOf(e.getSqlState()), String.valueOf(e.getErrorMessage()));
            }
            if (t instanceof SQLException e) {
                return ofAnswer(String.valueOf(e.getSQLState()), String.valueOf(e.getMessage()));
            }
            if (t instanceof SslHandshakeTimeoutException) {
                return RETRY;
            }
            if (t instanceof SSLHandshakeException
                    || t instanceof GeneralSecurityException
                    || t instanceof UnsupportedOperationException
                    || t instanceof IllegalArgumentException) {
                return HOPELESS;
            }
        }
        return RETRY;
    }

    private static ConnectFailure ofAnswer(String sqlState, String message) {
        String kind = sqlStateClass(sqlState);
        if (kind.equals(INSUFFICIENT_RESOURCES)) {
            return BACK_OFF;
        }
        if (!PASSING.contains(kind)) {
            return HOPELESS;
        }
        String text = message.toLowerCase(Locale.ROOT);
        if (TOO_MANY.stream().anyMatch(text::contains)) {
            return BACK_OFF;
        }
        // PgBouncer repeats the database's refusal for a while, and the database may be starting
        if (text.contains("server login has been failing") || text.contains("server_login_retry")) {
            return RETRY;
        }
        return NEEDS_SOMEBODY.stream().anyMatch(text::contains) ? HOPELESS : RETRY;
    }
}
