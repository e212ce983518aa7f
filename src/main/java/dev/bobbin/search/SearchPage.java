package dev.bobbin.search;

import dev.bobbin.document.Fetched;
import dev.bobbin.document.Json;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A page of what was found: {@code {"data":[…],"has_more":…,"next":…,"previous":null}}. */
final class SearchPage {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private SearchPage() {}

    /** @param found in their order, at least one more than the page has if there are more */
    static Fetched of(SearchQuery query, List<SearchHit> found, int limit) {
        StringBuilder json = new StringBuilder("{\"data\":[");
        List<SearchHit> page = found.subList(0, Math.min(limit, found.size()));
        for (SearchHit hit : page) {
            json.append(hit == page.get(0) ? "{\"thread_id\":" : ",{\"thread_id\":");
            Json.quote(hit.threadId(), json);
            append("title", hit.title(), json);
            append("item_id", hit.itemId(), json);
            append("type", hit.type(), json);
            append("created_at", TIME.format(Instant.EPOCH.plus(hit.place().micros(), ChronoUnit.MICROS)), json);
            json.append(",\"snippet\":");
            Snippet.append(hit.text(), query, json);
            json.append('}');
        }
        boolean more = found.size() > limit;
        json.append("],\"has_more\":").append(more);
        append("next", more ? page.get(limit - 1).place().text() : null, json);
        Buffer whole = Buffer.buffer(json.append(",\"previous\":null}").toString());
        return new Fetched(List.of(whole), whole.length());
    }

    private static void append(String name, @Nullable String value, StringBuilder json) {
        json.append(",\"").append(name).append("\":");
        if (value == null) {
            json.append("null");
        } else {
            Json.quote(value, json);
        }
    }
}
