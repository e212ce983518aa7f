package dev.bobbin.command;

import dev.bobbin.owner.Owner;
import dev.bobbin.problem.ProblemException;
import dev.bobbin.schema.DataWork;
import dev.bobbin.schema.DirectConnection;
import dev.bobbin.schema.SchemaTarget;
import dev.bobbin.transfer.Counts;
import dev.bobbin.transfer.ExportHeader;
import dev.bobbin.transfer.ExportPlace;
import dev.bobbin.transfer.ExportRow;
import dev.bobbin.transfer.ExportSql;
import dev.bobbin.transfer.Section;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes the streams of owners, one after another, page by page: memory is that of a page, or of the largest document. */
final class DirectExportStore {

    private static final int ROWS = 1_000;
    private static final long BYTES = 1 << 20;

    private record Page(List<ExportRow> rows, boolean more) {}

    private final SchemaTarget target;
    private final OwnerListStore list;
    private final OutputStream out;
    private Counts written = Counts.NONE;
    private Counts ofStream = Counts.NONE;
    private @Nullable ExportPlace place;
    private boolean begun;

    /** @param resumed the last that is in the output; null for an empty one */
    DirectExportStore(SchemaTarget target, Owners owners, OutputStream out, ExportFile.@Nullable Written resumed) {
        this.target = target;
        this.out = out;
        this.list = new OwnerListStore(owners, target.schema());
        if (resumed != null) {
            list.startAt(resumed.owner().id(), resumed.complete());
            place = resumed.place();
        }
    }

    /**
     * Writes what is not written yet.
     *
     * @param report is told after each page how much that is so far
     */
    Counts export(Consumer<String> progress, Consumer<Counts> report) {
        DataWork.steps(target, progress, connection -> {
            Runnable next = step(connection);
            return next == null
                    ? null
                    : () -> {
                        next.run();
                        report.accept(written);
                    };
        });
        return written;
    }

    private @Nullable Runnable step(DirectConnection connection) throws SQLException {
        String id = list.due(connection);
        if (id == null) {
            return null;
        }
        Owner owner = owner(id);
        ExportPlace after = place == null ? ExportPlace.startOf(Section.THREAD) : place;
        Page page = page(connection, id, after, BYTES);
        return () -> {
            try {
                if (!begun) {
                    write(new ExportHeader(owner, OffsetDateTime.now(ZoneOffset.UTC)).line());
                    begun = true;
                }
                for (ExportRow row : page.rows) {
                    for (Buffer part : row.line()) {
                        out.write(part.getBytes());
                    }
                }
                Counts more = Counts.of(after.section(), page.rows.size());
                written = written.plus(more);
                ofStream = ofStream.plus(more);
                place = page.more ? page.rows.get(page.rows.size() - 1).place() : after.nextSection();
                if (place == null) {
                    write(ofStream.endLine());
                    ofStream = Counts.NONE;
                    begun = false;
                    list.passed();
                }
            } catch (IOException failed) {
                throw new DataFailure(
                        "The output cannot be written: " + failed.getMessage()
                                + ". What was written stays; make room, or whatever it needs, and run the command"
                                + " again",
                        failed);
            }
        };
    }

    /** The rows of a page, and whether more follow in the section. A document that exceeds a page comes alone. */
    private Page page(DirectConnection connection, String owner, ExportPlace after, long bytes) throws SQLException {
        List<ExportRow> rows = new ArrayList<>();
        long[] tooLarge = {0};
        connection.all(
                Owners.sql(ExportSql.of(after.section()), target.schema()),
                row -> {
                    byte[] document = row.getBytes("document");
                    if (document == null) {
                        tooLarge[0] = row.getLong("bytes");
                        return false;
                    }
                    return rows.add(row(after.section(), row, document));
                },
                owner,
                after.group(),
                after.at(),
                after.seq(),
                ROWS,
                bytes);
        return rows.isEmpty() && tooLarge[0] > 0
                ? page(connection, owner, after, tooLarge[0])
                : new Page(rows, rows.size() == ROWS || tooLarge[0] > 0);
    }

    private static ExportRow row(Section section, ResultSet row, byte[] document) throws SQLException {
        return new ExportRow(
                section,
                row.getString("id"),
                section == Section.ITEM ? row.getString("thread_id") : null,
                section == Section.ITEM ? row.getString("role") : null,
                section == Section.ATTACHMENT ? null : row.getString("kind"),
                section == Section.THREAD && row.getBoolean("archived"),
                row.getObject("created_at", OffsetDateTime.class),
                row.getObject("updated_at", OffsetDateTime.class),
                row.getLong("seq"),
                Buffer.buffer(document));
    }

    private static Owner owner(String id) {
        try {
            return Owner.ofId(id);
        } catch (ProblemException impossible) {
            throw new DataFailure("The owner_id '" + id + "' is none of the form tenant/user: it was written by another"
                    + " program. Rename it, or leave it out with --tenant");
        }
    }

    private void write(String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.UTF_8));
    }
}
