package dev.bobbin.openai.conversation;

import dev.bobbin.document.Document;
import dev.bobbin.document.DocumentReader;
import dev.bobbin.document.Json;
import dev.bobbin.document.JsonValue;
import dev.bobbin.document.Kind;
import dev.bobbin.document.NewIds;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A conversation to be stored, with its first items.
 *
 * @param metadata as JSON
 */
record NewConversation(String id, OffsetDateTime createdAt, String metadata, List<NewItem> items) {

    private static final int MAX_PAIRS = 16;
    private static final int MAX_KEY = 64;
    private static final int MAX_VALUE = 512;

    /** Reads the body of a call, which may be empty. */
    static NewConversation read(String body, NewIds ids, int limit, Clock clock) {
        JsonValue sent = object(body);
        String id = ids.next("conv");
        JsonValue items = sent.member("items");
        OffsetDateTime now = Instant.now(clock).truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC);
        return new NewConversation(
                id, now, metadata(sent), items.isNull() ? List.of() : NewItem.all(items, ids, limit));
    }

    /** The object that a body is; an empty one if it is empty. */
    static JsonValue object(String body) {
        JsonValue sent = body.isBlank() ? JsonValue.read("{}") : JsonValue.read(body);
        if (!sent.isObject()) {
            throw Refused.type("body", "an object", sent);
        }
        return sent;
    }

    /** The metadata in a body, as it is spelled there; an empty object if there is none. */
    static String metadata(JsonValue body) {
        JsonValue metadata = body.member("metadata");
        if (metadata.isNull()) {
            return "{}";
        }
        if (!metadata.isObject()) {
            throw Refused.type("metadata", "an object", metadata);
        }
        Set<String> keys = new HashSet<>();
        metadata.forEachMember((name, value) -> {
            String key = String.valueOf(name.string());
            String text = value.string();
            if (text == null || text.codePointCount(0, text.length()) > MAX_VALUE) {
                throw Refused.value(
                        "metadata",
                        "the value of '" + key + "' must be a string of at most " + MAX_VALUE + " characters.");
            }
            if (key.codePointCount(0, key.length()) > MAX_KEY) {
                throw Refused.value("metadata", "a key must have at most " + MAX_KEY + " characters.");
            }
            keys.add(key);
            if (keys.size() > MAX_PAIRS) {
                throw Refused.value("metadata", "it must have at most " + MAX_PAIRS + " pairs.");
            }
        });
        return metadata.json();
    }

    String document() {
        return "{\"id\":" + Json.quoted(id) + ",\"object\":\"conversation\",\"created_at\":" + createdAt.toEpochSecond()
                + ",\"metadata\":" + metadata + '}';
    }

    /** Metadata as {@code jsonb} accepts it. */
    static String jsonb(String metadata) {
        Document document = DocumentReader.read(Kind.THREAD, "{\"metadata\":" + metadata + '}');
        return String.valueOf(document.string("metadata"));
    }
}
