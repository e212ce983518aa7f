package dev.bobbin.database;

import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.page.Page;
import dev.bobbin.page.PageRequest;
import dev.bobbin.page.Place;
import dev.bobbin.page.Snapshot;
import dev.bobbin.page.Walk.Seen;
import dev.bobbin.problem.ProblemException;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * SQL that fetches documents up to a number of bytes, and what its rows bring. A row always has its document's length,
 * {@code bytes}, which costs the server nothing; it has the {@code document}, as bytes, only within the limit.
 */
public final class Fetch {

    private static final String BYTES = "octet_length(document) as bytes, ";
    private static final String DOCUMENT = " then convert_to(document, 'UTF8') end as document";

    private Fetch() {}

    /** The columns {@code bytes} and {@code document} of one row; {@code limit} is the parameter that limits the bytes. */
    public static String document(String limit) {
        return BYTES + "case when octet_length(document) <= " + limit + "::bigint" + DOCUMENT;
    }

    /**
     * The same of a page, with its rows' places {@code at} and {@code seq}. The sum of the lengths up to a row counts, and the
     * bytes {@code before} it in the response. To be formatted by {@link dev.bobbin.page.ByOrder}.
     */
    public static String documents(String before, String limit) {
        return "created_at as at, seq, " + BYTES + "case when " + before + " + sum(octet_length(document)) over ("
                + "order by created_at %1$s, seq %1$s rows unbounded preceding) <= " + limit + "::bigint" + DOCUMENT;
    }

    /**
     * The place that a page is next to: of the row that {@code byId} selects, or in two parameters, which are null if there is
     * an id.
     */
    public static String place(String byId, String at, String seq) {
        return "%s union all select %s::timestamptz, %s::bigint where %2$s::timestamptz is not null"
                .formatted(byId, at, seq);
    }

    /**
     * A page next to a {@code cursor}, which is a place; at least one row where there is one. The order is the page's own: the
     * join with one row is a loop, and a sort around it would cost a quarter of the whole.
     */
    public static String after(String cursor, String page) {
        return "select page.id, page.at, page.seq, page.bytes, page.document from (" + cursor
                + ") cursor left join lateral (" + page + ") page on true";
    }

    /** The document of the only row. */
    public static Fetched one(RowSet<Row> rows, Supplier<ProblemException> notFound) {
        Row row = first(rows, notFound);
        int bytes = row.getInteger("bytes");
        Buffer document = row.getBuffer("document");
        return document == null ? Fetched.tooLarge(bytes) : new Fetched(List.of(document), bytes);
    }

    /**
     * The page that was asked for. Without a row for its id, that is not found. Rows may have a {@code last_item}, which becomes
     * a member of the document, the {@code total} of the list, the {@code snapshot} in which it was {@code read_at} a time,
     * whether they come {@code before} the row with the id, and whether they have {@code moved}.
     */
    public static Fetched page(
            RowSet<Row> rows, PageRequest request, FetchLimit limit, Function<String, ProblemException> notFound) {
        String id = request.id();
        if (id != null) {
            first(rows, () -> notFound.apply(id));
        }
        return Page.of(entries(rows, request), request, limit, total(rows), seen(rows));
    }

    /** The page that was asked for, as OpenAI's SDKs read it; a row without an id is none of its items. */
    public static Fetched openAi(RowSet<Row> rows, PageRequest request, FetchLimit limit) {
        return Page.openAi(entries(rows, request), request, limit);
    }

    /** The document {@code thread} of the first row, of {@code thread_bytes}, with the page as its {@code items}. */
    public static Fetched withItems(
            RowSet<Row> rows, PageRequest items, FetchLimit limit, Supplier<ProblemException> notFound) {
        Row row = first(rows, notFound);
        return Page.within(row.getInteger("thread_bytes"), row.getBuffer("thread"), entries(rows, items), items, limit);
    }

    private static @Nullable Long total(RowSet<Row> rows) {
        if (rows.size() == 0) {
            return null;
        }
        Row row = rows.iterator().next();
        return row.getColumnIndex("total") < 0 ? null : row.getLong("total");
    }

    private static @Nullable Seen seen(RowSet<Row> rows) {
        if (rows.size() == 0) {
            return null;
        }
        Row row = rows.iterator().next();
        return row.getColumnIndex("snapshot") < 0
                ? null
                : new Seen(Snapshot.of(row.getString("snapshot")), row.getOffsetDateTime("read_at"));
    }

    private static Row first(RowSet<Row> rows, Supplier<ProblemException> notFound) {
        if (rows.size() == 0) {
            throw notFound.get();
        }
        return rows.iterator().next();
    }

    /** A cursor or thread with nothing after it comes as a row without an {@code id}. */
    private static List<Page.Entry> entries(RowSet<Row> rows, PageRequest request) {
        List<Page.Entry> entries = new ArrayList<>(rows.size());
        for (Row row : rows) {
            String id = row.getString("id");
            if (id != null) {
                Place place = new Place(row.getOffsetDateTime("at"), row.getLong("seq"));
                boolean moved = row.getColumnIndex("moved") >= 0 && row.getBoolean("moved");
                boolean before = row.getColumnIndex("before") < 0
                        ? request.start() == PageRequest.Start.BEFORE
                        : row.getBoolean("before");
                entries.add(new Page.Entry(id, place, before, moved, row.getInteger("bytes"), document(row)));
            }
        }
        if (request.hasMoved()) {
            movedFirst(entries);
        }
        return entries;
    }

    /** Those that have moved come in two parts, and may be in both. */
    private static void movedFirst(List<Page.Entry> entries) {
        entries.sort(Comparator.comparing(Page.Entry::moved)
                .thenComparing(entry -> entry.place().at())
                .thenComparing(entry -> entry.place().seq())
                .reversed());
        Set<String> ids = new HashSet<>();
        entries.removeIf(entry -> !ids.add(entry.id()));
    }

    private static @Nullable List<Buffer> document(Row row) {
        Buffer document = row.getBuffer("document");
        if (document == null) {
            return null;
        }
        Buffer lastItem = row.getColumnIndex("last_item") < 0 ? null : row.getBuffer("last_item");
        return lastItem == null ? List.of(document) : Page.withMember(document, "last_item", List.of(lastItem));
    }
}
