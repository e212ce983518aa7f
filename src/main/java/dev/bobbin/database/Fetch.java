package dev.bobbin.database;

import dev.bobbin.document.Fetched;
import dev.bobbin.page.Page;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;

/**
 * SQL that fetches documents up to a number of bytes. A row always has the length, {@code bytes}, and the {@code document} only
 * within the limit. Documents come as bytes, since text would be decoded and encoded again.
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
     * The same for a page, where the sum of the lengths up to a row counts. To be formatted by
     * {@link dev.bobbin.page.ByOrder}.
     *
     * @param before the bytes that are fetched besides
     */
    public static String documents(String before, String limit) {
        return BYTES + "case when " + before + " + sum(octet_length(document)) over ("
                + "order by created_at %1$s, seq %1$s rows unbounded preceding) <= " + limit + "::bigint" + DOCUMENT;
    }

    /** The document of a row with the columns of {@link #document}. */
    public static Fetched one(Row row) {
        int bytes = row.getInteger("bytes");
        Buffer document = row.getBuffer("document");
        return document == null ? Fetched.tooLarge(bytes) : new Fetched(List.of(document), bytes);
    }

    /** The entries of rows with an {@code id}; a row without one stands for a cursor or thread with nothing after it. */
    public static List<Page.Entry> entries(RowSet<Row> rows) {
        List<Page.Entry> entries = new ArrayList<>(rows.size());
        for (Row row : rows) {
            String id = row.getString("id");
            if (id != null) {
                entries.add(new Page.Entry(id, row.getInteger("bytes"), row.getBuffer("document")));
            }
        }
        return entries;
    }
}
