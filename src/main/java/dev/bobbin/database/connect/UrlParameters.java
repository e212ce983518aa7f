package dev.bobbin.database.connect;

import static java.util.Map.entry;

import io.vertx.pgclient.SslMode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a database URL: libpq's, and those that people bring along from other clients. Refused are those that
 * ask for something that Bobbin cannot do, where leaving it out would be less safe, or another database. Others are
 * left out.
 */
final class UrlParameters {

    /** Values with which a parameter says no more than what is done anyway, and what to do about the others. */
    private record Rule(Set<String> fine, String remedy) {
        static Rule never(String remedy) {
            return new Rule(Set.of(), remedy);
        }
    }

    private static final Rule BEFORE = Rule.never("give it before the question mark");
    private static final Rule CLIENT_CERTIFICATE =
            Rule.never("Bobbin logs in by password, and has no client certificates");
    private static final Rule FILE = Rule.never("Bobbin reads no such file; put what it says into the URL");
    private static final Rule REVOCATION = Rule.never("Bobbin reads no revocation lists");
    private static final Rule PASSWORD = Rule.never("Bobbin logs in by the password in the URL");
    private static final Rule SCHEMA = new Rule(Set.of("public"), "leave it out, and set bobbin.database.schema");

    /** What the server is told at the log-in, as {@code -c} or {@code --}, other than the default. */
    private static final Pattern SEARCH_PATH =
            Pattern.compile("search[_-]path\\s*=(?!public(\\s|$))", Pattern.CASE_INSENSITIVE);

    private static final Map<String, Rule> RULES = Map.ofEntries(
            entry("host", BEFORE),
            entry("hostaddr", BEFORE),
            entry("port", BEFORE),
            entry("dbname", BEFORE),
            entry("user", BEFORE),
            entry("password", BEFORE),
            entry("service", FILE),
            entry("servicefile", FILE),
            entry("passfile", FILE),
            entry("sslcert", CLIENT_CERTIFICATE),
            entry("sslkey", CLIENT_CERTIFICATE),
            entry("sslpassword", CLIENT_CERTIFICATE),
            entry("sslidentity", CLIENT_CERTIFICATE),
            entry("sslcertmode", new Rule(Set.of("disable", "allow"), CLIENT_CERTIFICATE.remedy)),
            entry("sslcrl", REVOCATION),
            entry("sslcrldir", REVOCATION),
            entry(
                    "ssl_min_protocol_version",
                    new Rule(
                            Set.of("TLSv1", "TLSv1.1", "TLSv1.2"),
                            "Bobbin takes TLS 1.2 and 1.3; set ssl_min_protocol_version at the server")),
            entry("sslnegotiation", new Rule(Set.of("postgres"), "Bobbin asks for TLS in Postgres' way only")),
            entry("requiressl", Rule.never("set sslmode=require")),
            entry("gssencmode", new Rule(Set.of("disable", "prefer"), "Bobbin encrypts by TLS only")),
            entry(
                    "channel_binding",
                    new Rule(Set.of("require", "prefer", "disable"), "set require, prefer or disable")),
            entry("require_auth", Rule.never("set channel_binding=require, which takes nothing but SCRAM")),
            entry("scram_client_key", PASSWORD),
            entry("scram_server_key", PASSWORD),
            entry(
                    "target_session_attrs",
                    new Rule(
                            // a write to a standby fails by itself
                            Set.of("any", "read-write", "primary", "prefer-standby"), "Bobbin writes")),
            // Prisma's
            entry("sslaccept", new Rule(Set.of("accept_invalid_certs"), "set sslmode=verify-full")),
            entry("schema", SCHEMA),
            // those of JDBC, and of pgx
            entry("currentSchema", SCHEMA),
            entry("search_path", SCHEMA));

    /** Of these no value makes a connection less safe when it is left out; or they are read elsewhere. */
    private static final Set<String> KNOWN = Set.of(
            "ssl",
            "sslmode",
            "sslrootcert",
            "sslsni",
            "sslcompression",
            "ssl_max_protocol_version",
            "gsslib",
            "gssdelegation");

    /** A name that nobody knows is as a rule a slip, and here it would be one that nobody notices. */
    private static final Pattern ABOUT_SAFETY = Pattern.compile(".*(ssl|tls|gss|cert|channel|auth).*");

    private UrlParameters() {}

    /**
     * @throws IllegalArgumentException when one cannot be honoured and must not be left out; the message names it, and
     *     has no value
     */
    static void check(Map<String, String> parameters) {
        parameters.forEach((name, value) -> {
            Rule rule = RULES.get(name);
            if (rule != null && !rule.fine.contains(value)) {
                throw new IllegalArgumentException("its parameter " + name + " cannot be honoured"
                        + (rule.fine.isEmpty() ? "" : " with this value") + ": " + rule.remedy);
            }
            if (rule == null
                    && !KNOWN.contains(name)
                    && ABOUT_SAFETY.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
                throw new IllegalArgumentException("its parameter " + printable(name)
                        + " is none that Bobbin knows, and seems to be about the connection's safety");
            }
        });
        if (SEARCH_PATH.matcher(parameters.getOrDefault("options", "")).find()) {
            throw new IllegalArgumentException(
                    "its parameter options sets a search_path, which Bobbin does not use: " + SCHEMA.remedy);
        }
        sslMode(parameters);
    }

    /**
     * The mode that is asked for; null when none is.
     *
     * @throws IllegalArgumentException when it is none of libpq's
     */
    static @Nullable SslMode sslMode(Map<String, String> parameters) {
        String mode = parameters.get("sslmode");
        if (mode == null) {
            // the name that asyncpg and JDBC have for it
            mode = parameters.get("ssl");
        }
        if (mode == null) {
            return null;
        }
        return switch (mode.toLowerCase(Locale.ROOT)) {
            case "true", "1", "on", "yes" -> SslMode.REQUIRE;
            case "false", "0", "off", "no" -> SslMode.DISABLE;
            // node-postgres' name for TLS with whatever certificate the server has
            case "no-verify" -> SslMode.REQUIRE;
            default -> named(mode);
        };
    }

    private static SslMode named(String mode) {
        try {
            return SslMode.of(mode);
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException("its sslmode is none of "
                    + Arrays.stream(SslMode.VALUES).map(known -> known.value).collect(Collectors.joining(", ")));
        }
    }

    /** Whether a client was told, in any of the common ways, to keep no prepared statements. */
    static boolean forbidPreparedStatements(Map<String, String> parameters) {
        return "true".equals(parameters.get("pgbouncer"))
                || isNought(parameters.get("prepared_statement_cache_size"))
                || isNought(parameters.get("statement_cache_size"))
                || isNought(parameters.get("prepare_threshold"))
                || isNought(parameters.get("prepareThreshold"));
    }

    private static boolean isNought(@Nullable String value) {
        return value != null && Set.of("0", "", "none", "null").contains(value.toLowerCase(Locale.ROOT));
    }

    private static String printable(String name) {
        return name.replaceAll("[^\\w.-]", "?");
    }
}
