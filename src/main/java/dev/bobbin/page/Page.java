package dev.bobbin.page;

import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.document.Json;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a page of documents, each verbatim: {@code {"data":[…],"has_more":…,"after":…}}. */
public final class Page {

    private Page() {}

    /**
     * A row of a page.
     *
     * @param id by which a cursor names it
     * @param bytes of its document
     * @param document null where the statement left it out, since it and those before it are larger than
     *     {@link FetchLimit#fetch}
     */
    public record Entry(String id, int bytes, @Nullable Buffer document) {}

    /**
     * The page that {@code request} asked for, of up to {@link PageRequest#limitAndOneMore()} rows. It ends early where the
     * next document would make it larger than {@link FetchLimit#page}, but not before its first one.
     */
    public static Fetched of(List<Entry> found, PageRequest request, FetchLimit limit) {
        int count = 0;
        long bytes = 0;
        while (count < Math.min(found.size(), request.limit())) {
            long with = bytes + found.get(count).bytes();
            if (count > 0 && with > limit.page()) {
                break;
            }
            bytes = with;
            count++;
        }
        if (count > 0 && found.get(count - 1).document() == null) {
            return Fetched.tooLarge(bytes);
        }
        return new Fetched(json(found, count), bytes);
    }

    /**
     * The same, as the last member {@code items} of a thread.
     *
     * @param thread null where the statement left it out
     */
    public static Fetched within(
            int threadBytes, @Nullable Buffer thread, List<Entry> found, PageRequest request, FetchLimit limit) {
        Fetched page = of(found, request, new FetchLimit(limit.fetch(), limit.page() - threadBytes));
        long bytes = threadBytes + page.bytes();
        if (thread == null || !page.isComplete()) {
            return Fetched.tooLarge(bytes);
        }
        return new Fetched(Json.withMember(thread, "items", page.json()), bytes);
    }

    private static List<Buffer> json(List<Entry> found, int count) {
        List<Buffer> json = new ArrayList<>(2 * count + 2);
        for (int i = 0; i < count; i++) {
            json.add(Buffer.buffer(i == 0 ? "{\"data\":[" : ","));
            json.add(found.get(i).document());
        }
        boolean hasMore = found.size() > count;
        StringBuilder end = new StringBuilder(count == 0 ? "{\"data\":[" : "")
                .append("],\"has_more\":")
                .append(hasMore)
                .append(",\"after\":");
        if (hasMore) {
            Json.quote(found.get(count - 1).id(), end);
        } else {
            end.append("null");
        }
        json.add(Buffer.buffer(end.append('}').toString()));
        return json;
    }
}
