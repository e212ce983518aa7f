package dev.bobbin.database.pool;

import dev.bobbin.database.connect.DatabaseUrl;
import dev.bobbin.database.connect.NetworkFailure;
import dev.bobbin.database.connect.TlsFailure;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * A failed attempt to connect.
 *
 * @param reason for the operator; the client's messages hold no password
 * @param wokeDatabase whether the database itself has answered, and not a proxy
 */
public record ConnectFailure(Kind kind, String reason, boolean wokeDatabase) {

    enum Kind {
        /** It passes soon: the database wakes or starts, or the network failed. */
        RETRY,
        /** Too many connections, or too many attempts: trying again soon makes it worse. */
        BACK_OFF,
        /** An operator has to change something: a password, a quota, a certificate. */
        HOPELESS
    }

    /** 57P01 to 57P03 the database ends or starts, 08 connection exception, 58 system error, XX000 Neon's proxy. */
    private static final Set<String> PASSING = Set.of("57", "08", "58", "XX");

    private static final Set<String> INSUFFICIENT_RESOURCES = Set.of("53");

    /** 3D no such database, 42 no right, 53 too many of something. */
    private static final Set<String> OF_DATABASE = Set.of("3D", "42", "53");

    // all errors of Neon's proxy are XX000, and PgBouncer's 08P01 (texts as of neon at 6a35a3e and PgBouncer 1.24)
    private static final Pattern TOO_MANY = Pattern.compile("too many|client connections exceeded|rate limit"
            + "|failed to acquire permit|no more connections allowed|concurrency_limit_reached");

    private static final Pattern STAYS = Pattern.compile("authentication failed|no such user|no such database"
            + "|endpoint id is not specified|inconsistent project name|not be found|is disabled|quota|not allowed"
            + "|unsupported startup parameter|connection is insecure");

    /** PgBouncer repeats the database's refusal for a while, and the database may be starting. */
    private static final Pattern REPEATED = Pattern.compile("server login has been failing|server_login_retry");

    /** What either driver's failure means, in the same words, with the remedy. */
    public static ConnectFailure of(Throwable failure, DatabaseUrl url) {
        Optional<String> untrusted = TlsFailure.explain(failure, url);
        if (untrusted.isPresent()) {
            return new ConnectFailure(Kind.HOPELESS, untrusted.get(), false);
        }
        Optional<String> unreached = NetworkFailure.explain(failure, url);
        if (unreached.isPresent()) {
            return new ConnectFailure(Kind.RETRY, unreached.get(), false);
        }
        ConnectFailure said = of(failure);
        String reason = said.isHopeless()
                ? " refuses: " + said.reason + ". Check the database URL, the role and the database's account"
                : " reports: " + said.reason;
        return new ConnectFailure(said.kind, url.server() + reason, said.wokeDatabase);
    }

    public static ConnectFailure of(Throwable failure) {
        SqlState error = SqlState.of(failure);
        if (error != null) {
            String reason = error.message() + " (SQLSTATE " + error.code() + ")";
            return new ConnectFailure(kind(error), reason, error.isOneOf(OF_DATABASE));
        }
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new ConnectFailure(kind(failure), reason, false);
    }

    public boolean isHopeless() {
        return kind == Kind.HOPELESS;
    }

    private static Kind kind(@Nullable Throwable failure) {
        if (failure == null || failure instanceof SslHandshakeTimeoutException) {
            return Kind.RETRY;
        }
        boolean hopeless = failure instanceof SSLHandshakeException
                || failure instanceof GeneralSecurityException
                || failure instanceof UnsupportedOperationException
                || failure instanceof IllegalArgumentException;
        return hopeless ? Kind.HOPELESS : kind(failure.getCause());
    }

    private static Kind kind(SqlState error) {
        String text = error.message().toLowerCase(Locale.ROOT);
        boolean passing = error.isOneOf(PASSING);
        if (error.isOneOf(INSUFFICIENT_RESOURCES)
                || (passing && TOO_MANY.matcher(text).find())) {
            return Kind.BACK_OFF;
        }
        boolean stays = STAYS.matcher(text).find() && !REPEATED.matcher(text).find();
        return passing && !stays ? Kind.RETRY : Kind.HOPELESS;
    }
}
