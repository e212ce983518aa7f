package dev.bobbin.neon;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A startup message: what the client says about itself, and what Neon passes on of it. */
final class Startup {

    static final int SSL_REQUEST = 80877103;
    static final int GSS_REQUEST = 80877104;
    static final int CANCEL_REQUEST = 80877102;

    private static final List<String> PASSED_ON = List.of("user", "database", "application_name", "replication");

    private final int version;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final List<String> options = new ArrayList<>();
    private String endpointOption;

    Startup(Buffer message) {
        version = message.getInt(4);
        String[] texts = message.getString(8, message.length(), StandardCharsets.UTF_8.name())
                .split("\0", -1);
        for (int i = 0; i + 1 < texts.length && !texts[i].isEmpty(); i += 2) {
            parameters.put(texts[i], texts[i + 1]);
        }
        // a blank that a backslash escapes belongs to its option
        for (String option : parameters.getOrDefault("options", "").strip().split("(?<!\\\\)\\s+")) {
            if (option.startsWith("endpoint=") || option.startsWith("project=")) {
                endpointOption = option.substring(option.indexOf('=') + 1);
            } else if (!option.isEmpty() && !option.startsWith("neon_")) {
                options.add(option);
            }
        }
    }

    String user() {
        return parameters.getOrDefault("user", "");
    }

    String applicationName() {
        return parameters.getOrDefault("application_name", "");
    }

    /** The endpoint that the client names among its options, or null. */
    String endpointOption() {
        return endpointOption;
    }

    /** The first setting among the options that PgBouncer does not take, or null. */
    String settingForeignToPgBouncer() {
        for (String option : options) {
            String setting = option.replaceFirst("^(--|-c)", "");
            int equals = setting.indexOf('=');
            if (equals > 0 && !setting.startsWith("extra_float_digits=")) {
                return setting.substring(0, equals);
            }
        }
        return null;
    }

    /** The message that the compute gets: everything that Neon does not know is dropped without a word. */
    Buffer passedOn() {
        Map<String, String> kept = new LinkedHashMap<>();
        PASSED_ON.forEach(name -> kept.computeIfAbsent(name, parameters::get));
        if (!options.isEmpty()) {
            kept.put("options", String.join(" ", options));
        }
        kept.put("client_encoding", "UTF8");
        Buffer body = Buffer.buffer().appendInt(version);
        kept.forEach((name, value) ->
                body.appendString(name).appendByte((byte) 0).appendString(value).appendByte((byte) 0));
        body.appendByte((byte) 0);
        return Buffer.buffer().appendInt(4 + body.length()).appendBuffer(body);
    }
}
