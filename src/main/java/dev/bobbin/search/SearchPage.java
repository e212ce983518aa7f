package dev.bobbin.search;

import dev.bobbin.document.Fetched;
import dev.bobbin.document.Json;
import dev.bobbin.document.NewDocument;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of what was found: {@code {"data":[…],"has_more":…,"next":…,"previous":null}}. */
final class SearchPage {

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
            append("created_at", NewDocument.format(hit.place().at()), json);
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
