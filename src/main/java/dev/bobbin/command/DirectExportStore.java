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
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes the streams of owners, one after another, page by page: memory is that of a page, or of the largest document. */
final class DirectExportStore {

    private static final int ROWS = 1_000;
    private static final long BYTES = 1 << 20;

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
        List<ExportRow> rows = page(connection, id, after);
        return () -> {
            try {
                if (!begun) {
                    write(new ExportHeader(owner, OffsetDateTime.now(ZoneOffset.UTC)).line());
                    begun = true;
                }
                for (ExportRow row : rows) {
                    for (Buffer part : row.line()) {
                        out.write(part.getBytes());
                    }
                }
                Counts page = Counts.of(after.section(), rows.size());
                written = written.plus(page);
                ofStream = ofStream.plus(page);
                place = rows.isEmpty() ? after.nextSection() : rows.get(rows.size() - 1).place();
                if (place == null) {
                    write(ofStream.endLine());
                    ofStream = Counts.NONE;
                    begun = false;
                    list.passed();
                }
            } catch (IOException failed) {
                throw new DataFailure(
                        "The output cannot be written: " + failed.getMessage()
                                + ". What was written stays; make room, or whatever it needs, and run the command again",
                        failed);
            }
        };
    }

    private List<ExportRow> page(DirectConnection connection, String owner, ExportPlace after) throws SQLException {
        List<Object> first = page(connection, owner, after, BYTES);
        if (first.size() == 1 && first.get(0) instanceof Long bytes) {
            first = page(connection, owner, after, bytes);
        }
        return first.stream().map(ExportRow.class::cast).toList();
    }

    /** The rows, or the number of bytes of the next one if it is larger. */
    private List<Object> page(DirectConnection connection, String owner, ExportPlace after, long bytes)
            throws SQLException {
        return connection.all(
                Owners.sql(ExportSql.of(after.section()), target.schema()),
                row -> row(after.section(), row),
                owner,
                after.group(),
                after.at(),
                after.seq(),
                ROWS,
                bytes);
    }

    private static Object row(Section section, ResultSet row) throws SQLException {
        byte[] document = row.getBytes("document");
        if (document == null) {
            return row.getLong("bytes");
        }
        return new ExportRow(
                section,
                row.getString("id"),
                section == Section.ITEM ? row.getString("thread_id") : null,
                section == Section.ATTACHMENT ? null : row.getString("kind"),
                section == Section.THREAD && row.getBoolean("archived"),
                row.getObject("created_at", OffsetDateTime.class),
                row.getObject("updated_at", OffsetDateTime.class),
                row.getLong("seq"),
                Buffer.buffer(document));
    }

    private static Owner owner(String id) {
        try {
            return new Owner(Owners.tenant(id), Owners.user(id));
        } catch (ProblemException impossible) {
            throw new DataFailure("The owner_id '" + id + "' is none of the form tenant/user: it was written by another"
                    + " program. Rename it, or leave it out with --tenant");
        }
    }

    private void write(String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.UTF_8));
    }
}
