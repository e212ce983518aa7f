package dev.bobbin.page;

import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.document.Json;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of documents, each verbatim: {@code {"data":[…],"has_more":…,"after":…}}. */
public final class Page {

    private Page() {}

    /**
     * A row of a page.
     *
     * @param document null where the statement left it out: it and those before it are larger than {@link FetchLimit#fetch}
     */
    public record Entry(String id, int bytes, @Nullable Buffer document) {}

    /**
     * The page for {@code request}, of up to {@link PageRequest#limitAndOneMore()} rows. It ends before a document that would
     * make it larger than {@link FetchLimit#page}, but has at least one.
     */
    public static Fetched of(List<Entry> found, PageRequest request, FetchLimit limit) {
        int count = 0;
        long bytes = 0;
        while (count < Math.min(found.size(), request.limit())) {
            int next = found.get(count).bytes();
            if (count > 0 && bytes + next > limit.page()) {
                break;
            }
            bytes += next;
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
        int brace = lastBefore(thread.length(), thread);
        boolean empty = thread.getByte(lastBefore(brace, thread)) == '{';
        List<Buffer> json = new ArrayList<>(page.json().size() + 3);
        json.add(thread.slice(0, brace));
        json.add(Buffer.buffer(empty ? "\"items\":" : ",\"items\":"));
        json.addAll(page.json());
        json.add(thread.slice(brace, thread.length()));
        return new Fetched(json, bytes);
    }

    /** The last position before {@code end} that is no white space. */
    private static int lastBefore(int end, Buffer json) {
        int last = end - 1;
        while (Character.isWhitespace(json.getByte(last))) {
            last--;
        }
        return last;
    }

    private static List<Buffer> json(List<Entry> found, int count) {
        List<Buffer> json = new ArrayList<>(2 * count + 2);
        for (int i = 0; i < count; i++) {
            json.add(Buffer.buffer(i == 0 ? "{\"data\":[" : ","));
            json.add(found.get(i).document());
        }
        StringBuilder end = new StringBuilder(count == 0 ? "{\"data\":[" : "").append("],\"has_more\":");
        if (found.size() > count) {
            end.append("true,\"after\":");
            Json.quote(found.get(count - 1).id(), end);
        } else {
            end.append("false,\"after\":null");
        }
        json.add(Buffer.buffer(end.append('}').toString()));
        return json;
    }
}
