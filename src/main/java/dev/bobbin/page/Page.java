package dev.bobbin.page;

import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.document.Json;
import dev.bobbin.page.PageRequest.Start;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A page of documents, each verbatim: {@code {"data":[…],"has_more":…,"after":…}}, and where there are such pages, their cursors. */
public final class Page {

    private static final long MAX_TOTAL = 10_000;

    private final PageRequest request;

    /** In the order of the page. */
    private final List<Entry> entries;

    private final boolean moreBefore;
    private final boolean moreAfter;

    private Page(PageRequest request, List<Entry> entries, boolean moreBefore, boolean moreAfter) {
        this.request = request;
        this.entries = entries;
        this.moreBefore = moreBefore;
        this.moreAfter = moreAfter;
    }

    /**
     * A row of a page.
     *
     * @param before whether it comes before the row or the place that the page is next to, or has moved there
     * @param document its parts; null where the statement left it out: it and those read before it are larger than
     *     {@link FetchLimit#fetch}
     */
    public record Entry(String id, Place place, boolean before, int bytes, @Nullable List<Buffer> document) {}

    /**
     * The page for {@code request}, of the rows as they were read, from its place on, with one more on each side. It ends before
     * a document that would make it larger than {@link FetchLimit#page}, but has at least one.
     *
     * @param total of the whole list, up to one more than is said; null if it was not asked for
     */
    public static Fetched of(List<Entry> found, PageRequest request, FetchLimit limit, @Nullable Long total) {
        return cut(found, request, limit, page -> page.json(total));
    }

    /** The same as OpenAI's SDKs read it. */
    public static Fetched openAi(List<Entry> found, PageRequest request, FetchLimit limit) {
        return cut(found, request, limit, Page::openAi);
    }

    private static Fetched cut(
            List<Entry> found, PageRequest request, FetchLimit limit, Function<Page, List<Buffer>> form) {
        boolean moved = request.hasMoved();
        int roomBefore = moved ? request.limit() : request.limitBefore();
        int roomAfter = moved ? request.limit() : request.limit() - roomBefore;
        if (moved) {
            found.sort(Comparator.comparing(Entry::before).reversed());
        }
        int count = 0;
        long bytes = 0;
        while (count < found.size()) {
            Entry next = found.get(count);
            int room = next.before() ? roomBefore-- : roomAfter--;
            if (room == 0 || count > 0 && bytes + next.bytes() > limit.page()) {
                break;
            }
            if (moved && next.before()) {
                roomAfter--;
            }
            bytes += next.bytes();
            count++;
        }
        if (found.subList(0, count).stream().anyMatch(entry -> entry.document() == null)) {
            return Fetched.tooLarge(bytes);
        }
        List<Entry> entries = new ArrayList<>(count);
        found.subList(0, count).stream().filter(Entry::before).forEach(entries::add);
        Collections.reverse(entries);
        found.subList(0, count).stream().filter(entry -> !entry.before()).forEach(entries::add);
        List<Entry> more = found.subList(count, found.size());
        Page page = new Page(
                request,
                entries,
                more.stream().anyMatch(Entry::before),
                more.stream().anyMatch(entry -> !entry.before()));
        return new Fetched(form.apply(page), bytes);
    }

    /**
     * The same, as the last member {@code items} of a thread.
     *
     * @param thread null where the statement left it out
     */
    public static Fetched within(
            int threadBytes, @Nullable Buffer thread, List<Entry> found, PageRequest request, FetchLimit limit) {
        Fetched page = of(found, request, new FetchLimit(limit.fetch(), limit.page() - threadBytes), null);
        long bytes = threadBytes + page.bytes();
        if (thread == null || !page.isComplete()) {
            return Fetched.tooLarge(bytes);
        }
        return new Fetched(withMember(thread, "items", page.json()), bytes);
    }

    /** A document with a last member more. */
    public static List<Buffer> withMember(Buffer document, String name, List<Buffer> value) {
        int brace = lastBefore(document.length(), document);
        boolean empty = document.getByte(lastBefore(brace, document)) == '{';
        List<Buffer> json = new ArrayList<>(value.size() + 3);
        json.add(document.slice(0, brace));
        json.add(Buffer.buffer((empty ? "\"" : ",\"") + name + "\":"));
        json.addAll(value);
        json.add(document.slice(brace, document.length()));
        return json;
    }

    /** The last position before {@code end} that is no white space. */
    private static int lastBefore(int end, Buffer json) {
        int last = end - 1;
        while (Character.isWhitespace(json.getByte(last))) {
            last--;
        }
        return last;
    }

    private List<Buffer> openAi() {
        OpenAiList list = new OpenAiList();
        entries.forEach(entry -> list.add(entry.id(), Objects.requireNonNull(entry.document())));
        return list.json(moreAfter);
    }

    private List<Buffer> json(@Nullable Long total) {
        List<Buffer> json = new ArrayList<>(2 * entries.size() + 2);
        for (Entry entry : entries) {
            json.add(Buffer.buffer(json.isEmpty() ? "{\"data\":[" : ","));
            json.addAll(entry.document());
        }
        StringBuilder end = new StringBuilder(entries.isEmpty() ? "{\"data\":[" : "");
        boolean backward = request.start() == Start.BEFORE;
        boolean following = moreAfter || request.hasMoved() && moreBefore;
        end.append("],\"has_more\":").append(backward ? moreBefore : following).append(",\"after\":");
        if (following) {
            Json.quote(entries.get(entries.size() - 1).id(), end);
        } else {
            end.append("null");
        }
        if (!entries.isEmpty()) {
            cursors(following, end);
        }
        if (total != null) {
            boolean exact = total <= MAX_TOTAL;
            end.append(",\"total\":{\"value\":")
                    .append(exact ? total : MAX_TOTAL)
                    .append(",\"relation\":\"")
                    .append(exact ? "eq" : "gte")
                    .append("\"}");
        }
        json.add(Buffer.buffer(end.append('}').toString()));
        return json;
    }

    /**
     * The row that a page was asked for by is on its other side; a place may be at the end of the list. A page of threads that have
     * moved continues where it was to begin.
     */
    private void cursors(boolean following, StringBuilder json) {
        List<Place> places = new ArrayList<>();
        entries.stream().filter(entry -> !hasMoved(entry)).map(Entry::place).forEach(places::add);
        if (places.isEmpty()) {
            places.add(Objects.requireNonNull(request.place()));
        }
        if (following || request.start() == Start.BEFORE) {
            cursor(",\"next\":\"", false, places.get(places.size() - 1), json);
        }
        if (moreBefore || request.start() == Start.AFTER) {
            cursor(",\"previous\":\"", true, places.get(0), json);
        }
    }

    private boolean hasMoved(Entry entry) {
        return request.hasMoved() && entry.before();
    }

    private void cursor(String member, boolean backward, Place place, StringBuilder json) {
        json.append(member)
                .append(new Cursor(backward, request.sort(), request.order(), place, top()).encode())
                .append('"');
    }

    private @Nullable Place top() {
        boolean first =
                request.start() == Start.FIRST && request.sort() == Sort.ACTIVE_AT && request.order() == Order.DESC;
        return first || hasMoved(entries.get(0)) ? entries.get(0).place() : request.top();
    }
}
