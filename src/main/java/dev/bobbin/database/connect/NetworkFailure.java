package dev.bobbin.database.connect;

import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.GT;

/** Explains, for both drivers, why a server was not reached, or did not complete the login. */
public final class NetworkFailure {

    private static final Pattern NEON = Pattern.compile("(?i)(?<endpoint>[^.]+)\\.(?<region>.+)\\.neon\\.tech");

    private NetworkFailure() {}

    /** A sentence or two with the remedy, without a secret. Empty if the server reported an error, or TLS cannot be trusted. */
    public static Optional<String> explain(Throwable failure, DatabaseUrl url) {
        if (isUnknownHost(failure)) {
            return Optional.of("The host " + url.host() + " is unknown: its name has no address. " + compare(url));
        }
        return Optional.ofNullable(explain(failure, rootCause(failure)))
                .map(explanation -> url.server() + " " + explanation);
    }

    public static boolean isUnknownHost(Throwable failure) {
        return causes(failure).anyMatch(UnknownHostException.class::isInstance);
    }

    /** The innermost cause, or the failure itself. */
    public static Throwable rootCause(Throwable failure) {
        return causes(failure).reduce(failure, (outer, cause) -> cause);
    }

    private static @Nullable String explain(Throwable failure, Throwable root) {
        String message = String.valueOf(root.getMessage());
        boolean loginTimeout = message.equals(GT.tr("Connection attempt timed out."));
        if (root instanceof PgException || (root instanceof SQLException && !loginTimeout)) {
            return null;
        }
        if (loginTimeout || root instanceof TimeoutException || message.contains("timed out")) {
            return "does not answer (" + message + "). Check host and port in the database URL, that the database runs,"
                    + " and that no firewall drops the packets";
        }
        if (root instanceof NoRouteToHostException || message.contains("unreachable")) {
            return "cannot be reached from here (" + message + "). Check the host in the database URL, and the network";
        }
        if (root instanceof ConnectException) {
            return "refuses the connection. Check host and port in the database URL, and that the database runs";
        }
        // the reactive client's, without a cause
        if (message.equals("SSL handshake failed")) {
            return "does not complete the TLS handshake. Check host and port in the database URL, and what is on the way"
                    + " there";
        }
        if (isClosed(root)) {
            String ofTls = GT.tr("SSL error: {0}", message);
            boolean inHandshake = causes(failure)
                    .anyMatch(cause -> cause instanceof SSLException
                            || ofTls.equals(cause.getMessage())
                            || GT.tr("An error occurred while setting up the SSL connection.")
                                    .equals(cause.getMessage()));
            return (message.contains("reset") ? "reset" : "closed") + " the connection "
                    + (inHandshake ? "during the TLS handshake" : "before the login was complete")
                    + ". Check host and port in the database URL, and what is on the way there";
        }
        return null;
    }

    private static boolean isClosed(Throwable root) {
        return root instanceof SocketException
                || root instanceof EOFException
                || root instanceof ClosedChannelException
                || root instanceof ClosedConnectionException;
    }

    private static String compare(DatabaseUrl url) {
        Matcher neon = NEON.matcher(url.withoutPooler().host());
        return neon.matches()
                ? "Compare its endpoint (" + neon.group("endpoint") + ") and its region (" + neon.group("region")
                        + ") with the URL in Neon's console"
                : "Check the host in the database URL";
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
    }
}
