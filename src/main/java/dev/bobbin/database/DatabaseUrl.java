package dev.bobbin.database;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code DATABASE_URL}, taken apart. Prints itself without the password, and so do its errors.
 *
 * @param parameters the query parameters, decoded; of one that stands there twice the last
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

    private static final int DEFAULT_PORT = 5432;

    /** Also as people paste it from SQLAlchemy projects, and from Heroku's older ones. */
    private static final Pattern FORM = Pattern.compile(
            "postgres(?:ql)?(?:\\+(?:asyncpg|psycopg|psycopg2))?://"
                    // credentials end at the first @ behind which all else fits: a pasted password may hold more of
                    // them
                    + "(?:(?<credentials>.*?)@)?"
                    + "(?<host>\\[[0-9a-fA-F:.]+]|[^@/?#:\\[\\]\\s,]+)(?::(?<port>\\d{1,5}))?"
                    + "(?:/(?<database>[^@/?#\\s]*))?(?:\\?(?<query>[^#]*))?",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** Those of libpq, weakest first. */
    private static final List<String> SSL_MODES =
            List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    private static final Set<String> PLAIN_HOSTS = Set.of("localhost", "::1", "0:0:0:0:0:0:0:1");

    /**
     * Takes a URL apart.
     *
     * @throws IllegalArgumentException when it is of another form; the message says what is wrong, and no part of the URL
     *     that may be secret
     */
    public static DatabaseUrl parse(String url) {
        Matcher parts = FORM.matcher(url.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException(whatIsWrong(url.strip()));
        }
        String credentials = parts.group("credentials");
        if (credentials == null || credentials.isEmpty() || credentials.startsWith(":")) {
            throw new IllegalArgumentException("it names no user");
        }
        int colon = credentials.indexOf(':');
        String database = parts.group("database");
        if (database == null || database.isEmpty()) {
            throw new IllegalArgumentException("it names no database behind the host");
        }
        int port = parts.group("port") == null ? DEFAULT_PORT : Integer.parseInt(parts.group("port"));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("its port is not one of 1 to 65535");
        }
        DatabaseUrl parsed = new DatabaseUrl(
                parts.group("host").replaceAll("[\\[\\]]", ""),
                port,
                decode("database name", database),
                decode("user", colon < 0 ? credentials : credentials.substring(0, colon)),
                colon < 0 ? null : decode("password", credentials.substring(colon + 1)),
                query(parts.group("query")));
        if (!SSL_MODES.contains(parsed.sslMode())) {
            throw new IllegalArgumentException("its sslmode is none of " + String.join(", ", SSL_MODES));
        }
        return parsed;
    }

    /** How TLS is used: as the URL says, and required where it does not say and the host is not this machine. */
    public String sslMode() {
        String mode = parameters.get("sslmode");
        if (mode == null) {
            // asyncpg's name for the same thing
            mode = parameters.get("ssl");
        }
        if (mode == null) {
            return isLoopback() ? "disable" : "require";
        }
        return switch (mode.toLowerCase(Locale.ROOT)) {
            case "true", "1", "on", "yes" -> "require";
            case "false", "0", "off", "no" -> "disable";
            default -> mode.toLowerCase(Locale.ROOT);
        };
    }

    boolean isLoopback() {
        return PLAIN_HOSTS.contains(host.toLowerCase(Locale.ROOT)) || host.matches("127(\\.\\d{1,3}){3}");
    }

    /** Without the password, and without parameters, any of which may hold one. */
    @Override
    public String toString() {
        String shownHost = host.contains(":") ? "[" + host + "]" : host;
        return "postgresql://" + user + "@" + shownHost + ":" + port + "/" + database + "?sslmode=" + sslMode();
    }

    private static String whatIsWrong(String url) {
        if (url.isEmpty()) {
            return "it is empty";
        }
        if (!url.matches("(?is)postgres(ql)?(\\+(asyncpg|psycopg|psycopg2))?://.*")) {
            return "it does not begin with postgresql://";
        }
        if (url.matches("(?is)[^:]+:///.*") || url.matches("(?is)[^:]+://[^@]*@/.*")) {
            return "it names no host (Unix sockets are not supported)";
        }
        return "its host, port or path cannot be read; percent-encode special characters in user and password";
    }

    private static Map<String, String> query(@Nullable String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (query != null) {
            for (String parameter : query.split("&", -1)) {
                int equals = parameter.indexOf('=');
                if (equals > 0) {
                    String name = decode("query", parameter.substring(0, equals));
                    parameters.put(name, decode("query", parameter.substring(equals + 1)));
                }
            }
        }
        return Map.copyOf(parameters);
    }

    private static String decode(String what, String text) {
        try {
            // URLDecoder takes a plus for a space, and passwords have pluses
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("its " + what + " has a malformed percent-encoding (% itself is %25)");
        }
    }
}
