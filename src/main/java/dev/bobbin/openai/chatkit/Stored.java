package dev.bobbin.openai.chatkit;

import dev.bobbin.document.JsonValue;
import dev.bobbin.page.Place;
import dev.bobbin.problem.ProblemException;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A row of a thread or an item.
 *
 * @param type of an item, or {@code thread}
 * @param document null where the statement left it out, since it and those read before it are larger than its limit
 */
record Stored(String id, String type, Place place, int bytes, @Nullable Buffer document) {

    /** Seconds since 1970, rounded down. */
    String createdAt() {
        return String.valueOf(place.at().toEpochSecond());
    }

    /** The document; null in JSON if it is none, which only another program can have written. */
    JsonValue value() {
        try {
            return document == null ? JsonValue.NULL : JsonValue.read(document.toString(StandardCharsets.UTF_8));
        } catch (ProblemException malformed) {
            return JsonValue.NULL;
        }
    }
}
