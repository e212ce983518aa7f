package dev.bobbin.page;

import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.document.Json;
import dev.bobbin.page.PageRequest.Start;
import dev.bobbin.page.Walk.Seen;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collections;
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
    private final boolean moreMoved;

    private Page(PageRequest request, List<Entry> entries, List<Entry> more) {
        this.request = request;
        this.entries = entries;
        this.moreBefore = more.stream().anyMatch(Entry::before);
        this.moreAfter = more.stream().anyMatch(entry -> !entry.before());
        this.moreMoved = more.stream().anyMatch(Entry::moved);
    }

    /**
     * A row of a page.
     *
     * @param before whether it comes before the row or the place that the page is next to
     * @param moved whether it has come there since an earlier page, and begins the page therefore
     * @param document its parts; null where the statement left it out: it and those read before it are larger than
     *     {@link FetchLimit#fetch}
     */
    public record Entry(
            String id, Place place, boolean before, boolean moved, int bytes, @Nullable List<Buffer> document) {}

    /**
     * The page for {@code request}, of the rows as they were read, from its place on, with one more on each side. It ends before
     * a document that would make it larger than {@link FetchLimit#page}, but has at least one.
     *
     * @param total of the whole list, up to one more than is said; null if it was not asked for
     * @param read the snapshot and the time of the statement; null unless the list is by activity
     */
    public static Fetched of(
            List<Entry> found, PageRequest request, FetchLimit limit, @Nullable Long total, @Nullable Seen read) {
        return cut(found, request, limit, page -> page.json(total, read));
    }

    /** The same as OpenAI's SDKs read it. */
    public static Fetched openAi(List<Entry> found, PageRequest request, FetchLimit limit) {
        return cut(found, request, limit, Page::openAi);
    }

    private static Fetched cut(
            List<Entry> found, PageRequest request, FetchLimit limit, Function<Page, List<Buffer>> form) {
        int roomBefore = request.limitBefore();
        int roomAfter = request.limit() - roomBefore;
        int count = 0;
        long bytes = 0;
        while (count < found.size()) {
            Entry next = found.get(count);
            int room = next.before() ? roomBefore-- : roomAfter--;
            if (room == 0 || count > 0 && bytes + next.bytes() > limit.page()) {
                break;
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
        Page page = new Page(request, entries, found.subList(count, found.size()));
        return new Fetched(form.apply(page), bytes);
    }

    /**
     * The same, as the last member {@code items} of a thread.
     *
     * @param thread null where the statement left it out
     */
    public static Fetched within(
            int threadBytes, @Nullable Buffer thread, List<Entry> found, PageRequest request, FetchLimit limit) {
        Fetched page = of(found, request, new FetchLimit(limit.fetch(), limit.page() - threadBytes), null, null);
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

    private List<Buffer> json(@Nullable Long total, @Nullable Seen read) {
        List<Buffer> json = new ArrayList<>(2 * entries.size() + 2);
        for (Entry entry : entries) {
            json.add(Buffer.buffer(json.isEmpty() ? "{\"data\":[" : ","));
            json.addAll(entry.document());
        }
        StringBuilder end = new StringBuilder(entries.isEmpty() ? "{\"data\":[" : "");
        boolean backward = request.start() == Start.BEFORE;
        end.append("],\"has_more\":").append(backward ? moreBefore : moreAfter).append(",\"after\":");
        if (moreAfter) {
            Json.quote(entries.get(entries.size() - 1).id(), end);
        } else {
            end.append("null");
        }
        if (!entries.isEmpty()) {
            cursors(walk(read), end);
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
    private void cursors(@Nullable Walk walk, StringBuilder json) {
        List<Place> places = new ArrayList<>();
        entries.stream().filter(entry -> !entry.moved()).map(Entry::place).forEach(places::add);
        if (places.isEmpty()) {
            places.add(Objects.requireNonNull(request.place()));
        }
        if (moreAfter || request.start() == Start.BEFORE) {
            cursor(",\"next\":\"", false, places.get(places.size() - 1), walk, json);
        }
        if (moreBefore || request.start() == Start.AFTER) {
            cursor(",\"previous\":\"", true, places.get(0), walk, json);
        }
    }

    private void cursor(String member, boolean backward, Place place, @Nullable Walk walk, StringBuilder json) {
        json.append(member)
                .append(new Cursor(backward, request.sort(), request.order(), place, walk).encode())
                .append('"');
    }

    private @Nullable Walk walk(@Nullable Seen read) {
        Walk walk = request.walk();
        if (read == null || request.order() == Order.ASC) {
            return null;
        }
        if (request.start() == Start.FIRST) {
            return Walk.begin(read, entries.get(0).place());
        }
        if (walk == null || !request.hasMoved()) {
            return walk;
        }
        List<Place> moved =
                entries.stream().filter(Entry::moved).map(Entry::place).toList();
        return moved.isEmpty()
                ? walk.next(read, null, null)
                : walk.next(read, moved.get(0), moreMoved ? moved.get(moved.size() - 1) : null);
    }
}
