package dev.bobbin.database.connect;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses database URLs as they are copied: from libpq, SQLAlchemy, JDBC or Heroku, in quotation marks, as the {@code psql}
 * command of Neon's console, or with {@code &amp;amp;} from a web page.
 */
final class UrlParser {

    private static final String SCHEME =
            "(?i)postgres(?:ql)?(?:\\+(?:asyncpg|psycopg|psycopg_async|psycopg2|psycopg2cffi|pg8000|aiopg))?://";

    private static final Pattern FORM = Pattern.compile(
            SCHEME
                    // a pasted password may contain @: credentials end at the first one that a valid rest follows
                    + "(?:(?<user>[^:]*?)(?::(?<password>.*?))?@)?"
                    + "(?<host>\\[[0-9a-f:.]+]|[^@/?#:\\[\\]\\s,]+)(?::(?<port>\\d{1,5}))?"
                    + "(?:/(?<database>[^@/?#\\s]*))?(?:\\?(?<query>[^#]*))?",
            Pattern.DOTALL);

    private static final Pattern OTHER_SCHEME = Pattern.compile("(?i)(?:jdbc:)?[a-z][a-z0-9+._-]{0,30}://");
    private static final Pattern PSQL = Pattern.compile("(?i)^psql\\s+(?=\\S)");
    private static final Pattern JDBC = Pattern.compile("(?i)^jdbc:(?=postgres)");

    /** What the consoles of Neon and Supabase print instead of the password. */
    private static final Pattern PLACEHOLDER = Pattern.compile("(?i)[*\u2022]{3,}|\\[?YOUR[-_]PASSWORD]?");

    private static final String OPENING = "'\"`\u2018\u201c";
    private static final String CLOSING = "'\"`\u2019\u201d";

    private UrlParser() {}

    static DatabaseUrl parse(String text) {
        String written = text.strip();
        String copied = unquoted(PSQL.matcher(written).replaceFirst(""));
        String url = JDBC.matcher(copied).replaceFirst("");
        boolean jdbc = !url.equals(copied);
        Matcher parts = FORM.matcher(url);
        if (!parts.matches()) {
            throw new IllegalArgumentException(whatIsWrong(written, url));
        }
        Map<String, String> parameters = parameters(parts.group("query"), jdbc);
        boolean loginInQuery = jdbc && parts.group("user") == null;
        String user = loginInQuery ? parameters.remove("user") : decode("user", parts.group("user"));
        String password = loginInQuery ? parameters.remove("password") : parts.group("password");
        if (password != null && !loginInQuery) {
            password = decode("password", password);
        }
        String database = decode("database name", parts.group("database"));
        int port = parts.group("port") == null ? 5432 : Integer.parseInt(parts.group("port"));
        if (user == null || user.isEmpty()) {
            throw new IllegalArgumentException("it names no user");
        }
        if (password != null && PLACEHOLDER.matcher(password).matches()) {
            throw new IllegalArgumentException("its password is a console's placeholder; replace it by the password");
        }
        if (database.isEmpty()) {
            throw new IllegalArgumentException("it names no database after the host");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("its port is not one of 1 to 65535");
        }
        UrlParameters.check(parameters);
        String host = parts.group("host").replaceAll("[\\[\\]]", "");
        return new DatabaseUrl(host, port, database, user, password, Map.copyOf(parameters));
    }

    private static String unquoted(String text) {
        int quote = text.isEmpty() ? -1 : OPENING.indexOf(text.charAt(0));
        if (quote < 0) {
            return text;
        }
        int end = text.indexOf(CLOSING.charAt(quote), 1);
        if (end != text.length() - 1) {
            throw new IllegalArgumentException("it begins with a quotation mark, and does not end with the same one");
        }
        return text.substring(1, end).strip();
    }

    private static Map<String, String> parameters(@Nullable String query, boolean jdbc) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : Objects.requireNonNullElse(query, "").split("&(amp;)?")) {
            int equals = parameter.indexOf('=');
            if (equals > 0) {
                String value = parameter.substring(equals + 1);
                parameters.put(
                        decode("query", parameter.substring(0, equals)),
                        decode("query", jdbc ? value.replace('+', ' ') : value));
            }
        }
        if (jdbc && "true".equalsIgnoreCase(parameters.get("ssl"))) {
            // as for the JDBC driver
            parameters.putIfAbsent("sslmode", "verify-full");
        }
        return parameters;
    }

    private static String decode(String what, @Nullable String text) {
        try {
            // URLDecoder takes a plus for a space, and passwords have pluses
            String encoded = Objects.requireNonNullElse(text, "").replace("+", "%2B");
            String decoded = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
            if (decoded.indexOf(0) < 0) {
                return decoded;
            }
        } catch (IllegalArgumentException malformed) {
            // reported below
        }
        throw new IllegalArgumentException("its " + what + " has a malformed percent-encoding (% itself is %25)");
    }

    private static String whatIsWrong(String written, String url) {
        if (url.isEmpty()) {
            return "it is empty";
        }
        if (!url.matches("(?s)" + SCHEME + ".*")) {
            Matcher other = OTHER_SCHEME.matcher(url);
            if (other.lookingAt()) {
                return "it begins with " + other.group() + " and not with postgresql://";
            }
            if (PSQL.matcher(written).find() && !url.contains("://")) {
                return "it is a psql command without a URL";
            }
            return url.matches("(?is).*\\b(host|dbname|user)\\s*=.*")
                    ? "it is a list of key=value pairs, libpq's other form, and not a URL"
                    : "it does not begin with postgresql://";
        }
        if (url.matches("(?s)[^:]+://([^@]*@)?/.*")) {
            return "it names no host (Unix sockets are not supported)";
        }
        if (url.matches("(?s).*\\s.*")) {
            return "it has a space or a line break in it";
        }
        return "its host, port or path cannot be read; percent-encode special characters in user and password";
    }
}
