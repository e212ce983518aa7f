package dev.bobbin.transfer;

import dev.bobbin.database.Statements;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.document.NewDocument;
import dev.bobbin.owner.Owner;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads all that an owner has, page by page, each of them one statement. */
@ApplicationScoped
public class ExportStore {

    private static final int FEWEST_ROWS = 64;

    private static final int MOST_ROWS = 1_000;

    /** Larger documents are sent without being copied. */
    private static final int COPIED = 1 << 15;

    private static final Fetched NOTHING = new Fetched(List.of(Buffer.buffer()), 0);

    private final Statements statements;
    private final Clock clock;

    ExportStore(Statements statements, Clock clock) {
        this.statements = statements;
        this.clock = clock;
    }

    /**
     * The lines of an export in parts, one for each call: the first with the header, the last with the end, and then none. A part
     * that is too large for the limit is not passed over: it has to be asked for again.
     *
     * @param after null for all
     */
    public Function<FetchLimit, Uni<Fetched>> lines(Owner owner, @Nullable ExportPlace after) {
        return new Lines(owner, after)::next;
    }

    private final class Lines {

        private final Owner owner;
        private @Nullable ExportPlace place;
        private Counts counts = Counts.NONE;
        private @Nullable String header;
        /** The statement passes over all of these, however few its bytes allow. */
        private int rows = FEWEST_ROWS;

        private Lines(Owner owner, @Nullable ExportPlace after) {
            this.owner = owner;
            this.place = after == null ? ExportPlace.startOf(Section.THREAD) : after;
            this.header = new ExportHeader(owner, NewDocument.now(clock)).line();
        }

        private Uni<Fetched> next(FetchLimit limit) {
            ExportPlace from = place;
            if (from == null) {
                return Uni.createFrom().item(NOTHING);
            }
            Tuple parameters = Tuple.of(owner.id(), from.group(), from.at(), from.seq(), rows, limit.fetch());
            return statements.run(ExportSql.of(from.section()), parameters).flatMap(found -> {
                long tooLarge = tooLarge(found);
                if (tooLarge > 0) {
                    return Uni.createFrom().item(Fetched.tooLarge(tooLarge));
                }
                Fetched page = page(from, found);
                return page.bytes() > 0 ? Uni.createFrom().item(page) : next(limit);
            });
        }

        private Fetched page(ExportPlace from, RowSet<Row> found) {
            List<Buffer> parts = new ArrayList<>();
            Buffer copied = Buffer.buffer();
            long bytes = 0;
            if (header != null) {
                copied.appendString(header);
                header = null;
            }
            boolean last = found.size() < rows;
            ExportPlace reached = from;
            for (Row row : found) {
                if (row.getBuffer("document") == null) {
                    last = false;
                    continue;
                }
                ExportRow stored = row(from.section(), row);
                reached = stored.place();
                counts = counts.plus(Counts.of(from.section(), 1));
                for (Buffer part : stored.line()) {
                    if (part.length() > COPIED) {
                        parts.add(copied);
                        parts.add(part);
                        bytes += copied.length() + part.length();
                        copied = Buffer.buffer();
                    } else {
                        copied.appendBuffer(part);
                    }
                }
            }
            rows = Math.max(FEWEST_ROWS, Math.min(2 * found.size(), MOST_ROWS));
            place = last ? from.nextSection() : reached;
            if (place == null) {
                copied.appendString(counts.endLine());
            }
            parts.add(copied);
            return new Fetched(parts, bytes + copied.length());
        }

        private static long tooLarge(RowSet<Row> found) {
            if (found.size() == 0) {
                return 0;
            }
            Row first = found.iterator().next();
            return first.getBuffer("document") == null ? first.getInteger("bytes") : 0;
        }

        private static ExportRow row(Section section, Row row) {
            return new ExportRow(
                    section,
                    row.getString("id"),
                    section == Section.ITEM ? row.getString("thread_id") : null,
                    section == Section.ITEM ? row.getString("role") : null,
                    section == Section.ATTACHMENT ? null : row.getString("kind"),
                    section == Section.THREAD && row.getBoolean("archived"),
                    row.getOffsetDateTime("created_at"),
                    row.getOffsetDateTime("updated_at"),
                    row.getLong("seq"),
                    row.getBuffer("document"));
        }
    }
}
