package dev.bobbin.transfer;

import dev.bobbin.database.DatabaseErrors;
import dev.bobbin.database.Statements;
import dev.bobbin.owner.Owner;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/** Stores batches of imported rows, each in one statement. */
@ApplicationScoped
class ImportStore {

    /** Other calls may store the same rows at the same time. */
    private static final int ATTEMPTS = 5;

    private final Statements statements;

    ImportStore(Statements statements) {
        this.statements = statements;
    }

    /** A batch of which nothing was stored, since this row of it, from 0 on, conflicts with a stored one. */
    static final class Conflict extends RuntimeException {

        final int row;

        private Conflict(int row) {
            super("row " + row, null, false, false);
            this.row = row;
        }
    }

    /**
     * Stores a batch, all or nothing, and returns what became of each row.
     *
     * @throws Conflict in the Uni, for {@link OnConflict#FAIL}
     */
    Uni<List<Outcome>> store(Owner owner, ImportBatch batch, OnConflict onConflict) {
        return store(owner, batch, Tuple.tuple(batch.parameters(owner.id())), onConflict, ATTEMPTS);
    }

    private Uni<List<Outcome>> store(
            Owner owner, ImportBatch batch, Tuple parameters, OnConflict onConflict, int attempts) {
        String sql = ImportSql.of(batch.section(), onConflict == OnConflict.REPLACE);
        Uni<List<Outcome>> stored = onConflict == OnConflict.FAIL
                // a conflict has to undo the other rows
                ? statements.inTransaction(owner, connection -> statements
                        .run(connection, sql, parameters)
                        .map(ImportStore::withoutConflict))
                : statements.run(sql, parameters).map(ImportStore::outcomes);
        return stored.flatMap(outcomes -> {
            if (outcomes.size() < batch.size() && attempts > 1) {
                return store(owner, batch, parameters, onConflict, attempts - 1);
            }
            DatabaseErrors.checkWritten(outcomes.size(), batch.size());
            return Uni.createFrom().item(outcomes);
        });
    }

    /** Fewer than there are rows, if some have to be repeated. */
    private static List<Outcome> outcomes(RowSet<Row> rows) {
        List<Outcome> outcomes = new ArrayList<>(rows.size());
        for (Row row : rows) {
            String outcome = row.getString("outcome");
            if (outcome != null) {
                outcomes.add(Outcome.of(outcome));
            }
        }
        return outcomes;
    }

    private static List<Outcome> withoutConflict(RowSet<Row> rows) {
        List<Outcome> outcomes = outcomes(rows);
        int conflict = outcomes.size() < rows.size() ? -1 : outcomes.indexOf(Outcome.CONFLICTING);
        if (conflict >= 0) {
            throw new Conflict(conflict);
        }
        return outcomes;
    }
}
