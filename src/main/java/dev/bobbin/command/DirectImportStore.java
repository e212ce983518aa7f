package dev.bobbin.command;

import dev.bobbin.owner.Owner;
import dev.bobbin.problem.ProblemException;
import dev.bobbin.schema.DataWork;
import dev.bobbin.schema.DirectConnection;
import dev.bobbin.schema.SchemaTarget;
import dev.bobbin.transfer.Counts;
import dev.bobbin.transfer.ImportBatch;
import dev.bobbin.transfer.ImportLine;
import dev.bobbin.transfer.ImportReport;
import dev.bobbin.transfer.ImportSql;
import dev.bobbin.transfer.OnConflict;
import dev.bobbin.transfer.Outcome;
import java.io.IOException;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Stores the rows of streams, batch by batch, each in a transaction. Doing it again finds what is stored already. */
final class DirectImportStore {

    private static final int ROWS = 500;
    private static final int CHARACTERS = 1 << 20;

    /** How often a batch is stored again of which another session stored a row meanwhile. */
    private static final int ATTEMPTS = 5;

    private final SchemaTarget target;
    private final ImportSource source;
    private final Function<ImportLine.Header, Owner> owners;
    private final OnConflict onConflict;
    private final OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
    private final ImportReport result = new ImportReport();

    private ImportBatch batch = new ImportBatch();
    private final List<Long> lines = new ArrayList<>();
    private @Nullable ImportLine ahead;
    private @Nullable Owner owner;
    private Counts ofStream = Counts.NONE;
    private boolean complete = true;
    private boolean open;
    private int attempts;
    private @Nullable DataFailure failure;

    /** @param owners who owns what follows a header; the header has no names if a stream begins without one */
    DirectImportStore(
            SchemaTarget target,
            ImportSource source,
            Function<ImportLine.Header, Owner> owners,
            OnConflict onConflict) {
        this.target = target;
        this.source = source;
        this.owners = owners;
        this.onConflict = onConflict;
    }

    /** @param report is told after each transaction which line was the last that is stored */
    ImportReport run(Consumer<String> progress, Consumer<Long> report) {
        DataWork.steps(target, progress, connection -> {
            if (batch.isEmpty()) {
                fill();
            }
            return batch.isEmpty() ? null : store(connection, report);
        });
        return result;
    }

    /** Whether there was a stream, and each had its last line, and that many rows. */
    boolean complete() {
        return complete && !open && (owner != null || !source.hasEnd());
    }

    private void fill() {
        if (failure != null) {
            throw failure;
        }
        lines.clear();
        int characters = 0;
        while (batch.size() < ROWS && characters < CHARACTERS) {
            ImportLine next = ahead == null ? read() : ahead;
            ahead = null;
            if (next == null) {
                break;
            }
            if (next instanceof ImportLine.Row row) {
                Owner known = owner == null ? begin(new ImportLine.Header(null, null)) : owner;
                if (!known.equals(owner) || !batch.add(row.row())) {
                    ahead = next;
                    return;
                }
                lines.add(source.number());
                characters += row.row().document().text().length();
                ofStream = ofStream.plus(Counts.of(row.row().section(), 1));
            } else if (!batch.isEmpty()) {
                ahead = next;
                return;
            } else if (next instanceof ImportLine.Header header) {
                begin(header);
            } else if (next instanceof ImportLine.End end) {
                complete &= end.counts().equals(ofStream);
                open = false;
            }
        }
        // what was read before it is stored first
        if (failure != null && batch.isEmpty()) {
            throw failure;
        }
    }

    private Owner begin(ImportLine.Header header) {
        Owner next = owners.apply(header);
        // a part that was continued begins with a header of the same owner
        complete &= !open || next.equals(owner);
        owner = next;
        ofStream = Counts.NONE;
        open = source.hasEnd() && header.user() != null;
        return next;
    }

    private @Nullable ImportLine read() {
        try {
            String line = source.next();
            return line == null ? null : ImportLine.read(line, now);
        } catch (ProblemException refused) {
            failure = atLine(source.number(), refused.detail(), "All lines before it are");
        } catch (IOException failed) {
            failure = atLine(source.number() + 1, String.valueOf(failed.getMessage()), "All lines before it are");
        }
        return null;
    }

    private Runnable store(DirectConnection connection, Consumer<Long> report) throws SQLException {
        Owner of = owner == null ? begin(new ImportLine.Header(null, null)) : owner;
        String sql = ImportSql.of(batch.section(), onConflict == OnConflict.REPLACE);
        List<@Nullable String> outcomes = outcomes(connection, sql, of);
        int raced = outcomes.indexOf(null);
        int conflict = outcomes.indexOf(Outcome.CONFLICTING.label());
        if (raced >= 0) {
            if (++attempts == ATTEMPTS) {
                throw inBatch(raced, "a trigger that was added to this database refuses it");
            }
            connection.jdbc().rollback();
            return () -> {};
        }
        if (onConflict == OnConflict.FAIL && conflict >= 0) {
            connection.jdbc().rollback();
            throw inBatch(conflict, "its id is stored with another document, or its thread is not stored");
        }
        return () -> {
            attempts = 0;
            outcomes.forEach(outcome -> result.add(batch.section(), Outcome.of(String.valueOf(outcome))));
            batch = new ImportBatch();
            report.accept(lines.get(lines.size() - 1));
        };
    }

    private List<@Nullable String> outcomes(DirectConnection connection, String sql, Owner of) throws SQLException {
        List<@Nullable String> outcomes = new ArrayList<>();
        connection.all(
                Owners.sql(sql, target.schema()),
                row -> outcomes.add(row.getString("outcome")),
                batch.parameters(of.id()).toArray());
        return outcomes;
    }

    private DataFailure inBatch(int row, String why) {
        return atLine(lines.get(row), why, "What is before line " + lines.get(0) + " is");
    }

    private static DataFailure atLine(long line, String why, String before) {
        return new DataFailure("Line " + line + " cannot be imported: " + why + ". " + before
                + " stored; correct it, and run the command again: it passes over what is stored");
    }
}
