package dev.bobbin.console;

import dev.bobbin.document.ETag;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/** The style sheet and the scripts. They are public, and need no session: the sign-in page has them, too. */
final class Assets {

    private static final Map<String, String> TYPES = Map.of(
            "console.css", "text/css; charset=utf-8",
            "console.js", "text/javascript; charset=utf-8",
            "htmx.min.js", "text/javascript; charset=utf-8");

    private final Map<String, Buffer> files = new TreeMap<>();
    private final String version;

    Assets() {
        Buffer all = Buffer.buffer();
        for (String name : TYPES.keySet()) {
            Buffer file = read(name);
            files.put(name, file);
        }
        files.values().forEach(all::appendBuffer);
        version = ETag.of(all).substring(0, 12);
    }

    /** In their URLs, so that browsers can keep them. */
    String version() {
        return version;
    }

    void send(RoutingContext http) {
        String name = http.pathParam("name");
        Buffer file = files.get(name);
        if (file == null) {
            http.next();
            return;
        }
        http.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, TYPES.get(name))
                .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable")
                .end(file.copy());
    }

    private static Buffer read(String name) {
        try (InputStream file = Assets.class.getResourceAsStream("/console/" + name)) {
            if (file == null) {
                throw new IllegalStateException("the build has left out " + name);
            }
            return Buffer.buffer(file.readAllBytes());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
