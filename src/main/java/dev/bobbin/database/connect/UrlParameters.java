package dev.bobbin.database.connect;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rejects parameters of libpq and other clients that Bobbin cannot honour, if it would connect less securely, or to another
 * database, without them.
 */
final class UrlParameters {

    /** A search_path other than the default, among the settings for the server. */
    private static final Pattern SEARCH_PATH =
            Pattern.compile("search[_-]path\\s*=(?!public(\\s|$))", Pattern.CASE_INSENSITIVE);

    /** An unknown name like these may be a typo. */
    private static final Pattern ABOUT_SECURITY = Pattern.compile("(?i).*(ssl|tls|gss|cert|channel|auth).*");

    private static final String SCHEMA = "leave it out, and set bobbin.database.schema";

    private UrlParameters() {}

    /** @throws IllegalArgumentException whose message has the parameter's name and not its value */
    static void check(Map<String, String> parameters) {
        parameters.forEach((name, value) -> {
            String objection = objection(name, value);
            if (objection != null) {
                throw new IllegalArgumentException("its parameter " + name.replaceAll("[^\\w.-]", "?") + objection);
            }
        });
    }

    private static @Nullable String objection(String name, String value) {
        return switch (name) {
            case "host", "hostaddr", "port", "dbname", "user", "password" -> never("give it before the question mark");
            case "service", "servicefile", "passfile" -> never("put the contents of the file into the URL");
            case "sslcert", "sslkey", "sslpassword", "sslidentity" -> never("Bobbin has no client certificate");
            case "sslcertmode" -> only(value, "Bobbin has no client certificate", "disable", "allow");
            case "sslcrl", "sslcrldir" -> never("Bobbin reads no revocation lists");
            case "ssl_min_protocol_version" -> only(value, "set it at the server", "TLSv1", "TLSv1.1", "TLSv1.2");
            case "sslnegotiation" -> only(value, "leave it out", "postgres");
            case "requiressl" -> never("set sslmode=require");
            case "gssencmode" -> only(value, "Bobbin encrypts by TLS only", "disable", "prefer");
            case "channel_binding" -> only(value, "set require, prefer or disable", "require", "prefer", "disable");
            case "require_auth" -> never("set channel_binding=require, which accepts SCRAM only");
            case "scram_client_key", "scram_server_key" -> never("set the password");
            // a write to a standby fails by itself
            case "target_session_attrs" ->
                only(value, "Bobbin writes", "any", "read-write", "primary", "prefer-standby");
            case "sslaccept" -> only(value, "set sslmode=verify-full", "accept_invalid_certs");
            case "schema", "currentSchema", "search_path" -> only(value, SCHEMA, "public");
            case "options" ->
                SEARCH_PATH.matcher(value).find() ? " sets a search_path, which Bobbin does not use: " + SCHEMA : null;
            case "ssl", "sslmode", "sslrootcert", "sslsni", "sslcompression" -> null;
            case "ssl_max_protocol_version", "gsslib", "gssdelegation" -> null;
            default ->
                ABOUT_SECURITY.matcher(name).matches() ? " is unknown to Bobbin, and seems to be about security" : null;
        };
    }

    private static String never(String remedy) {
        return " cannot be honoured: " + remedy;
    }

    private static @Nullable String only(String value, String remedy, String... honoured) {
        return List.of(honoured).contains(value) ? null : " cannot be honoured with this value: " + remedy;
    }
}
