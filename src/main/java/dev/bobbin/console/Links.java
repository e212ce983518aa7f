package dev.bobbin.console;

import dev.bobbin.Mount;
import dev.bobbin.document.JsonValue;
import dev.bobbin.owner.AuthConfig;
import dev.bobbin.owner.Owner;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** URLs of pages, and of the calls that do the same. */
final class Links {

    private Links() {}

    /** A query of the parameters, without those that are empty. */
    static String query(MultiMap parameters) {
        return parameters.entries().stream()
                .filter(parameter -> !parameter.getValue().isEmpty())
                .map(parameter -> encode(parameter.getKey()) + '=' + encode(parameter.getValue()))
                .collect(Collectors.joining("&"));
    }

    /** Where the next and the previous page are; null if there are none. */
    static void pages(JsonValue page, Parameters sent, Map<String, @Nullable Object> values) {
        for (String name : List.of("next", "previous")) {
            String cursor = page.member(name).string();
            values.put(name, cursor == null ? null : sent.with("cursor", cursor));
        }
    }

    static String of(Owner owner) {
        return "tenant=" + encode(owner.tenant()) + "&user=" + encode(owner.user());
    }

    /** The path of a call, of a template with as many {@code %s} as ids. */
    static String call(String template, String... ids) {
        Object[] segments = new Object[ids.length];
        for (int i = 0; i < ids.length; i++) {
            segments[i] = encode(ids[i]);
        }
        return template.formatted(segments);
    }

    /** A command line that makes a call as this owner, with the key in a variable. */
    static String curl(RoutingContext http, AuthConfig auth, Owner owner, String call) {
        StringBuilder command = new StringBuilder("curl");
        if (auth.mode() != AuthConfig.Mode.NONE) {
            command.append(" -H \"Authorization: Bearer $")
                    .append(auth.mode() == AuthConfig.Mode.JWT ? "TOKEN" : "BOBBIN_API_KEY")
                    .append('"');
        }
        if (auth.mode() != AuthConfig.Mode.JWT) {
            String user = owner.user();
            boolean ascii = user.chars().allMatch(c -> c >= ' ' && c <= '~') && user.equals(user.strip());
            command.append(" -H ").append(quoted("Bobbin-User: " + (ascii ? user : "UTF-8''" + encode(user))));
        }
        String base = http.request().absoluteURI();
        base = base.substring(0, base.indexOf(Mount.CONSOLE, base.indexOf("//") + 2));
        return command.append(' ').append(quoted(base + call)).toString();
    }

    private static String quoted(String argument) {
        return '\'' + argument.replace("'", "'\\''") + '\'';
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
