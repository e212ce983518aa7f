package dev.bobbin.database.connect;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A database URL in the forms that people copy it in: as the {@code psql} command of Neon's console, in quotation marks, with
 * {@code &amp;amp;} from a web page, and as JDBC writes it.
 *
 * @param url what begins with the scheme, if it was found
 * @param isJdbc whether user, password and {@code ssl} are as JDBC's driver has them
 */
record PastedUrl(String url, boolean isJdbc) {

    private static final Pattern PSQL = Pattern.compile("psql\\s+(?=\\S)", Pattern.CASE_INSENSITIVE);
    private static final Pattern JDBC = Pattern.compile("jdbc:(?=postgres)", Pattern.CASE_INSENSITIVE);

    private static final String OPENING = "'\"`\u2018\u201c";
    private static final String CLOSING = "'\"`\u2019\u201d";

    /**
     * @throws IllegalArgumentException when something around the URL cannot be understood
     */
    static PastedUrl of(String text) {
        Matcher command = PSQL.matcher(text.strip());
        boolean isCommand = command.lookingAt();
        String url = unquoted(isCommand ? text.strip().substring(command.end()) : text.strip());
        if (isCommand && !url.contains("://")) {
            throw new IllegalArgumentException("it is a psql command without a URL");
        }
        Matcher jdbc = JDBC.matcher(url);
        return jdbc.lookingAt() ? new PastedUrl(url.substring(jdbc.end()), true) : new PastedUrl(url, false);
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

    /** The parameters, decoded; of one that stands there twice the last. */
    Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : query == null ? new String[0] : query.split("&(amp;)?", -1)) {
            int equals = parameter.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        decode("query", parameter.substring(0, equals)),
                        // as its driver does
                        decode(
                                "query",
                                isJdbc
                                        ? plusIsSpace(parameter.substring(equals + 1))
                                        : parameter.substring(equals + 1)));
            }
        }
        if (isJdbc && "true".equalsIgnoreCase(parameters.get("ssl"))) {
            // which means no less to JDBC's driver
            parameters.putIfAbsent("sslmode", "verify-full");
        }
        return parameters;
    }

    private static String plusIsSpace(String text) {
        return text.replace('+', ' ');
    }

    /**
     * A part of a URL.
     *
     * @param what its name, for the message
     */
    static String decode(String what, String text) {
        try {
            // URLDecoder takes a plus for a space, and passwords have pluses
            String decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
            if (decoded.indexOf(0) < 0) {
                return decoded;
            }
        } catch (IllegalArgumentException malformed) {
            // said below
        }
        throw new IllegalArgumentException("its " + what + " has a malformed percent-encoding (% itself is %25)");
    }
}
