package dev.bobbin.thread;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** What one owner has stored, as {@code docs/api.md} says it: in memory, without a database. */
final class ChatModel {

    static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> HIDDEN = Set.of("hidden_context_item", "sdk_hidden_context");
    private static final Comparator<Row> BY_TIME = Comparator.comparing(row -> row.key);

    /** A place in an order. */
    record Key(long micros, long seq) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            return Comparator.comparingLong(Key::micros)
                    .thenComparingLong(Key::seq)
                    .compare(this, other);
        }
    }

    /** A document that has its place by the time of its first save. */
    static class Row {
        final String id;
        final Key key;
        String document;
        /** In which call. */
        long written;

        Row(String id, String document, Key key) {
            this.id = id;
            this.document = document;
            this.key = key;
        }

        JsonNode json() {
            return ChatModel.json(document);
        }

        String etag() {
            return ChatModel.etag(document);
        }

        boolean hidden() {
            return HIDDEN.contains(json().path("type").asText());
        }
    }

    static final class ChatThread extends Row {
        boolean archived;
        /** The latest call that may have written it or its items. */
        long touched;

        final Map<String, Row> items = new HashMap<>();

        ChatThread(String id, String document, Key key) {
            super(id, document, key);
        }

        Key activity() {
            return new Key(newest(item -> true).map(item -> item.key.micros()).orElse(key.micros()), key.seq());
        }

        Optional<Row> newest(Predicate<Row> wanted) {
            return items.values().stream().filter(wanted).max(BY_TIME);
        }

        /** The latest call that has written it or its newest item. */
        long changed() {
            return Math.max(
                    written, newest(item -> true).map(item -> item.written).orElse(0L));
        }

        String status() {
            return json().at("/status/type").asText("");
        }

        boolean closed() {
            return status().equals("locked") || status().equals("closed");
        }

        /** The document with its newest visible item. */
        String withLastItem() {
            String last =
                    newest(item -> !item.hidden()).map(item -> item.document).orElse("null");
            return document.substring(0, document.length() - 1) + ",\"last_item\":" + last + "}";
        }
    }

    final Map<String, ChatThread> threads = new HashMap<>();
    final Map<String, Row> attachments = new HashMap<>();
    long call;
    private long seq;

    /** A row that is new gets the next number, and one that is replaced keeps its place. */
    ChatThread putThread(String id, String document) {
        ChatThread stored =
                threads.computeIfAbsent(id, created -> new ChatThread(id, document, next(createdAt(document))));
        stored.document = document;
        stored.written = call;
        return stored;
    }

    Row putItem(ChatThread thread, String id, String document) {
        return put(thread.items, id, document, createdAt(document));
    }

    /** An attachment has the time of its first save; here all have the same, and the order of these. */
    Row putAttachment(String id, String document) {
        return put(attachments, id, document, 0);
    }

    void copyItem(ChatThread thread, Row item) {
        put(thread.items, item.id, item.document, item.key.micros());
    }

    private Row put(Map<String, Row> rows, String id, String document, long micros) {
        Row stored = rows.computeIfAbsent(id, created -> new Row(id, document, next(micros)));
        stored.document = document;
        stored.written = call;
        return stored;
    }

    private Key next(long micros) {
        return new Key(micros, ++seq);
    }

    private static long createdAt(String document) {
        return micros(json(document).get("created_at").asText());
    }

    /** Rows in the order that is wanted, and their keys in it. */
    static <T extends Row> List<T> sorted(Iterable<T> rows, Function<? super T, Key> key, boolean ascending) {
        List<T> all = new ArrayList<>();
        rows.forEach(all::add);
        Comparator<T> order = Comparator.comparing(key);
        all.sort(ascending ? order : order.reversed());
        return all;
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (Exception e) {
            throw new IllegalStateException(text, e);
        }
    }

    /** Whether a text has all words of a query, of which the last may be the beginning of one. */
    static boolean matches(String query, String text) {
        List<String> words = List.of(text.toLowerCase(Locale.ROOT).split("\\W+"));
        List<String> wanted = List.of(query.toLowerCase(Locale.ROOT).split(" "));
        String last = wanted.get(wanted.size() - 1);
        return words.containsAll(wanted.subList(0, wanted.size() - 1))
                && words.stream().anyMatch(word -> word.startsWith(last));
    }

    /** RFC 7396. */
    static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode merged = target.isObject() ? target.deepCopy() : JSON.createObjectNode();
        patch.fields().forEachRemaining(member -> {
            if (member.getValue().isNull()) {
                merged.remove(member.getKey());
            } else {
                JsonNode old = merged.has(member.getKey()) ? merged.get(member.getKey()) : JSON.createObjectNode();
                merged.set(member.getKey(), merge(old, member.getValue()));
            }
        });
        return merged;
    }

    static String etag(String document) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(document.getBytes(StandardCharsets.UTF_8));
            return "\"" + HexFormat.of().formatHex(digest, 0, 16) + "\"";
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static long micros(String time) {
        Instant instant = time.endsWith("Z")
                ? Instant.parse(time)
                : LocalDateTime.parse(time).toInstant(ZoneOffset.UTC);
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
