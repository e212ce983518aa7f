package dev.bobbin.database.pool;

import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.vertx.pgclient.PgException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;

/**
 * Whether to try again after a failed connect, and when. Neon's proxy gives the SQLSTATE XX000 to all of its own errors, and
 * PgBouncer 08P01, so those are told apart by their texts (as of neon at 6a35a3e and PgBouncer 1.24).
 */
public enum ConnectFailure {
    /** It passes soon: the database wakes or starts, or the network failed. */
    RETRY,
    /** Too many connections, or too many attempts: trying again soon makes it worse. */
    BACK_OFF,
    /** An operator has to change something: a password, a quota, a certificate. */
    HOPELESS;

    private static final Pattern TOO_MANY = Pattern.compile("too many|client connections exceeded|rate limit"
            + "|failed to acquire permit|no more connections allowed|concurrency_limit_reached");

    /** PgBouncer repeats the database's refusal for a while, and the database may be starting. */
    private static final Pattern REPEATED = Pattern.compile("server login has been failing|server_login_retry");

    private static final Pattern STAYS = Pattern.compile("authentication failed|no such user|no such database"
            + "|endpoint id is not specified|inconsistent project name|not be found|is disabled|quota|not allowed"
            + "|unsupported startup parameter|connection is insecure");

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

    /** Whether it comes from the database, which was awake then: 3D no such database, 42 no right, 53 too many of something. */
    static boolean isOfTheDatabase(Throwable failure) {
        return failure instanceof PgException e
                && Set.of("3D", "42", "53").contains(sqlStateClass(String.valueOf(e.getSqlState())));
    }

    private static String sqlStateClass(String sqlState) {
        return sqlState.substring(0, Math.min(2, sqlState.length()));
    }

    /** Whether an open session broke off, so that the same work may succeed on another. */
    public static boolean isOfTheConnection(SQLException failure) {
        return PASSING.contains(sqlStateClass(String.valueOf(failure.getSQLState()))) && of(failure) != HOPELESS;
    }

    public static ConnectFailure of(Throwable failure) {
        if (failure instanceof Connector.Refused) {
            return HOPELESS;
        }
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
        if (TOO_MANY.matcher(text).find()) {
            return BACK_OFF;
        }
        return STAYS.matcher(text).find() && !REPEATED.matcher(text).find() ? HOPELESS : RETRY;
    }
}
