package dev.bobbin.database.connect;

import io.vertx.pgclient.SslMode;
import java.util.LinkedHashMap;
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
    private static final String SCHEME =
            "postgres(?:ql)?(?:\\+(?:asyncpg|psycopg|psycopg_async|psycopg2|psycopg2cffi|pg8000|aiopg))?://";

    private static final Pattern FORM = Pattern.compile(
            SCHEME
                    // credentials end at the first @ behind which all else fits: a pasted password may hold more of
                    // them
                    + "(?:(?<credentials>.*?)@)?"
                    + "(?<host>\\[[0-9a-fA-F:.]+]|[^@/?#:\\[\\]\\s,]+)(?::(?<port>\\d{1,5}))?"
                    + "(?:/(?<database>[^@/?#\\s]*))?(?:\\?(?<query>[^#]*))?",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern OTHER_SCHEME =
            Pattern.compile("(?:jdbc:)?[a-z][a-z0-9+._-]{0,30}://", Pattern.CASE_INSENSITIVE);

    /** Neon's and Supabase's consoles print such a one until they are told to show the password. */
    private static final Pattern PLACEHOLDER =
            Pattern.compile("[*\u2022]{3,}|\\[?YOUR[-_]PASSWORD]?", Pattern.CASE_INSENSITIVE);

    private static final Set<String> LOOPBACK = Set.of("localhost", "::1", "0:0:0:0:0:0:0:1");

    /** How the first label of a host ends behind which Neon's PgBouncer is. */
    private static final String POOLER = "-pooler";

    /**
     * Takes a URL apart, in any of the forms that {@link PastedUrl} understands.
     *
     * @throws IllegalArgumentException when it is of another form, or has a parameter that cannot be honoured; the
     *     message says what is wrong, and no part of the URL that may be secret
     */
    public static DatabaseUrl parse(String text) {
        PastedUrl pasted = PastedUrl.of(text);
        Matcher parts = FORM.matcher(pasted.url());
        if (!parts.matches()) {
            throw new IllegalArgumentException(whatIsWrong(pasted.url()));
        }
        Map<String, String> parameters = pasted.parameters(parts.group("query"));
        String credentials = parts.group("credentials");
        String user;
        String password;
        if (credentials == null && pasted.isJdbc()) {
            user = parameters.remove("user");
            password = parameters.remove("password");
        } else {
            String written = credentials == null ? "" : credentials;
            int colon = written.indexOf(':');
            user = PastedUrl.decode("user", colon < 0 ? written : written.substring(0, colon));
            password = colon < 0 ? null : PastedUrl.decode("password", written.substring(colon + 1));
        }
        if (user == null || user.isEmpty()) {
            throw new IllegalArgumentException("it names no user");
        }
        if (password != null && PLACEHOLDER.matcher(password).matches()) {
            throw new IllegalArgumentException(
                    "its password is what a console shows instead of it; put the password there");
        }
        String database = parts.group("database");
        if (database == null || database.isEmpty()) {
            throw new IllegalArgumentException("it names no database behind the host");
        }
        int port = parts.group("port") == null ? DEFAULT_PORT : Integer.parseInt(parts.group("port"));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("its port is not one of 1 to 65535");
        }
        UrlParameters.check(parameters);
        return new DatabaseUrl(
                parts.group("host").replaceAll("[\\[\\]]", ""),
                port,
                PastedUrl.decode("database name", database),
                user,
                password,
                Map.copyOf(parameters));
    }

    /**
     * How TLS is used, in libpq's meaning of what the URL says. Where it does not say, TLS is required, unless the host
     * is this machine and no other parameter asks for it.
     */
    public SslMode sslMode() {
        SslMode said = UrlParameters.sslMode(parameters);
        if (said == null) {
            if (trustsSystem()) {
                return SslMode.VERIFY_FULL;
            }
            boolean asksForTls = requiresChannelBinding() || rootCertificates() != null;
            said = isLoopback() && !asksForTls ? SslMode.DISABLE : SslMode.REQUIRE;
        }
        return said == SslMode.REQUIRE && rootCertificates() != null ? SslMode.VERIFY_CA : said;
    }

    /** Whether the URL itself says how TLS is used. */
    boolean saysSslMode() {
        return UrlParameters.sslMode(parameters) != null;
    }

    /** Whether {@code sslrootcert} names the authorities of the system, which are the Java runtime's here. */
    boolean trustsSystem() {
        return "system".equals(parameters.get("sslrootcert"));
    }

    /** The PEM file of the authorities that {@code sslrootcert} names; null when it names none. */
    @Nullable
    String rootCertificates() {
        String file = parameters.get("sslrootcert");
        return file == null || file.isEmpty() || trustsSystem() ? null : file;
    }

    /** Whether a server that does not bind the password exchange to its certificate is to be refused. */
    public boolean requiresChannelBinding() {
        return "require".equals(parameters.get("channel_binding"));
    }

    /** Whether a pooler that hands out its connections by the transaction stands before the database. */
    public boolean isPooled() {
        return hasPoolerHost() || "true".equals(parameters.get("pgbouncer"));
    }

    /** Whether statements may stay prepared on a connection: an older PgBouncer forgets whose they are. */
    public boolean preparedStatementCache() {
        return !UrlParameters.forbidPreparedStatements(parameters);
    }

    /** The same database without Neon's pooler; this URL, where the host is not such a pooler. */
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
        return new DatabaseUrl(
                endpoint + host.substring(label.length()), port, database, user, password, Map.copyOf(direct));
    }

    private boolean hasPoolerHost() {
        int dot = host.indexOf('.');
        return dot > POOLER.length()
                && host.substring(0, dot).toLowerCase(Locale.ROOT).endsWith(POOLER);
    }

    boolean isLoopback() {
        return LOOPBACK.contains(host.toLowerCase(Locale.ROOT)) || host.matches("127(\\.\\d{1,3}){3}");
    }

    /** Host and port, as messages name a server. */
    public String server() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Without the password, and without parameters, any of which may hold one. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + server() + "/" + database + "?sslmode=" + sslMode().value;
    }

    private static String whatIsWrong(String url) {
        if (url.isEmpty()) {
            return "it is empty";
        }
        if (!Pattern.matches("(?is)" + SCHEME + ".*", url)) {
            Matcher other = OTHER_SCHEME.matcher(url);
            return other.lookingAt()
                    ? "it begins with " + other.group() + " and not with postgresql://"
                    : url.matches("(?is).*\\b(host|dbname|user)\\s*=.*")
                            ? "it is a list of key=value pairs, libpq's other form, and not a URL"
                            : "it does not begin with postgresql://";
        }
        if (url.matches("(?is)[^:]+:///.*") || url.matches("(?is)[^:]+://[^@]*@/.*")) {
            return "it names no host (Unix sockets are not supported)";
        }
        if (url.matches("(?s).*\\s.*")) {
            return "it has a space or a line break in it";
        }
        return "its host, port or path cannot be read; percent-encode special characters in user and password";
    }
}
