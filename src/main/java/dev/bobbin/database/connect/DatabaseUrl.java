package dev.bobbin.database.connect;

import io.vertx.pgclient.SslMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A parsed {@code DATABASE_URL}. Neither its text nor an error of {@link #parse} contains the password.
 *
 * @param parameters the query parameters, decoded; the last of each name
 */
public record DatabaseUrl(
        String host,
        int port,
        String database,
        String user,
        @Nullable String password,
        Map<String, String> parameters) {

    /** A correct form, for messages. */
    public static final String EXAMPLE = "postgresql://user:password@host:5432/database?sslmode=require";

    private static final Set<String> LOOPBACK = Set.of("localhost", "::1", "0:0:0:0:0:0:0:1");

    /** Ends the first label of the host of Neon's PgBouncer. */
    private static final String POOLER = "-pooler";

    /** Parameters by which several clients turn off prepared statements. */
    private static final List<String> STATEMENT_CACHES =
            List.of("prepared_statement_cache_size", "statement_cache_size", "prepare_threshold", "prepareThreshold");

    /**
     * Parses a URL in any of the forms that {@link UrlParser} accepts.
     *
     * @throws IllegalArgumentException whose message has no part that may be secret
     */
    public static DatabaseUrl parse(String text) {
        DatabaseUrl url = UrlParser.parse(text);
        // rejects an unknown mode
        url.sslMode();
        return url;
    }

    /** How TLS is used, with libpq's meaning. Without {@code sslmode}, TLS is required unless the host is this machine. */
    public SslMode sslMode() {
        // asyncpg and JDBC call it ssl
        String mode = parameters.getOrDefault("sslmode", parameters.getOrDefault("ssl", defaultSslMode()));
        return switch (mode.toLowerCase(Locale.ROOT)) {
            case "disable", "false", "0", "off", "no" -> SslMode.DISABLE;
            case "allow" -> SslMode.ALLOW;
            case "prefer" -> SslMode.PREFER;
            // no-verify is node-postgres' name for TLS with any certificate
            case "require", "true", "1", "on", "yes", "no-verify" ->
                rootCertificates() == null ? SslMode.REQUIRE : SslMode.VERIFY_CA;
            case "verify-ca" -> SslMode.VERIFY_CA;
            case "verify-full" -> SslMode.VERIFY_FULL;
            default ->
                throw new IllegalArgumentException(
                        "its sslmode is none of disable, allow, prefer, require, verify-ca, verify-full");
        };
    }

    private String defaultSslMode() {
        if (trustsSystem()) {
            return "verify-full";
        }
        boolean mayBePlain = isLoopback() && !requiresChannelBinding() && rootCertificates() == null;
        return mayBePlain ? "disable" : "require";
    }

    /** {@link #sslMode()} as the URL spells it. */
    public String sslModeName() {
        return sslMode().value;
    }

    /** Whether every connection uses TLS. */
    public boolean encrypts() {
        return sslMode().compareTo(SslMode.REQUIRE) >= 0;
    }

    public boolean verifiesCertificate() {
        return sslMode().compareTo(SslMode.VERIFY_CA) >= 0;
    }

    public boolean verifiesHost() {
        return sslMode() == SslMode.VERIFY_FULL;
    }

    /** Whether {@code sslrootcert} names the system's authorities, which here are the Java runtime's. */
    boolean trustsSystem() {
        return "system".equals(parameters.get("sslrootcert"));
    }

    /** The PEM file of {@code sslrootcert}; null without one. */
    public @Nullable String rootCertificates() {
        String file = parameters.getOrDefault("sslrootcert", "");
        return file.isEmpty() || trustsSystem() ? null : file;
    }

    public boolean requiresChannelBinding() {
        return "require".equals(parameters.get("channel_binding"));
    }

    /** Whether the host is a pooler in transaction mode. */
    public boolean isPooled() {
        return hasPoolerHost() || isPgBouncer();
    }

    /** Whether statements may stay prepared on a connection. PgBouncer cannot handle that before 1.21. */
    public boolean preparedStatementCache() {
        return !isPgBouncer()
                && STATEMENT_CACHES.stream()
                        .map(name -> parameters.getOrDefault(name, "unset").toLowerCase(Locale.ROOT))
                        .noneMatch(Set.of("0", "", "none", "null")::contains);
    }

    private boolean isPgBouncer() {
        return "true".equals(parameters.get("pgbouncer"));
    }

    /** The same database without Neon's pooler; this URL if the host is no such pooler. */
    public DatabaseUrl withoutPooler() {
        if (!hasPoolerHost()) {
            return this;
        }
        String label = host.substring(0, host.indexOf('.'));
        String endpoint = label.substring(0, label.length() - POOLER.length());
        Map<String, String> direct = new LinkedHashMap<>(parameters);
        direct.remove("pgbouncer");
        // Neon refuses a host and an option that name different endpoints
        direct.computeIfPresent(
                "options", (name, options) -> options.replace("endpoint=" + label, "endpoint=" + endpoint));
        String directHost = endpoint + host.substring(label.length());
        return new DatabaseUrl(directHost, port, database, user, password, Map.copyOf(direct));
    }

    private boolean hasPoolerHost() {
        return host.toLowerCase(Locale.ROOT).matches("[^.]+" + POOLER + "\\..*");
    }

    boolean isLoopback() {
        return LOOPBACK.contains(host.toLowerCase(Locale.ROOT)) || host.matches("127(\\.\\d{1,3}){3}");
    }

    public String server() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Without the password and the parameters, since some contain one. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + server() + "/" + database + "?sslmode=" + sslModeName();
    }
}
