package dev.bobbin.page;

import dev.bobbin.document.Json;
import java.util.List;

/**
 * A page of documents, each verbatim.
 *
 * @param hasMore whether there are rows behind the last one of this page
 */
public record Page(List<Entry> data, boolean hasMore) {

    /** A document and the id by which a cursor names it. */
    public record Entry(String id, String document) {}

    /** Makes the page that {@code request} asked for out of up to {@link PageRequest#limitAndOneMore()} rows. */
    public static Page of(List<Entry> found, PageRequest request) {
        boolean hasMore = found.size() > request.limit();
        return new Page(hasMore ? found.subList(0, request.limit()) : found, hasMore);
    }

    /** {@code {"data":[…],"has_more":…,"after":…}}; {@code after} is null when there is nothing behind the page. */
    public String json() {
        int length = 64;
        for (Entry entry : data) {
            length += entry.document().length() + 1;
        }
        StringBuilder json = new StringBuilder(length).append("{\"data\":[");
        for (int i = 0; i < data.size(); i++) {
            if (i > 0) {
                json.append(',');
            }
            json.append(data.get(i).document());
        }
        json.append("],\"has_more\":").append(hasMore).append(",\"after\":");
        if (hasMore) {
            Json.quote(data.get(data.size() - 1).id(), json);
        } else {
            json.append("null");
        }
        return json.append('}').toString();
    }
}
