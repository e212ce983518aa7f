package dev.bobbin.thread;

import dev.bobbin.database.Statements;
import dev.bobbin.document.NewDocument;
import dev.bobbin.owner.Owner;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;

/** What is known of a thread beside its document. Every call is one statement and sees only rows of its owner. */
@ApplicationScoped
public class ThreadStateStore {

    private static final String COLUMNS = "archived, created_at, " + ThreadActivity.EXACT + " as active_at, updated_at";

    private static final String LOAD =
            "select " + COLUMNS + " from bobbin.threads thread where owner_id = $1 and id = $2";

    private static final String ARCHIVE =
            """
            with archived as (
              update bobbin.threads thread set archived = $3 where owner_id = $1 and id = $2
              returning %s)
            select * from archived"""
                    .formatted(COLUMNS);

    private final Statements statements;

    ThreadStateStore(Statements statements) {
        this.statements = statements;
    }

    /** A thread's state as JSON; fails if the owner has no such thread. */
    public Uni<String> load(Owner owner, String id) {
        return statements.run(LOAD, Tuple.of(owner.id(), id)).map(rows -> json(rows, id));
    }

    /** Archives a thread, or not any longer, and returns its state; its document stays as it is. */
    public Uni<String> archive(Owner owner, String id, boolean archived) {
        return statements.run(ARCHIVE, Tuple.of(owner.id(), id, archived)).map(rows -> json(rows, id));
    }

    private static String json(RowSet<Row> rows, String id) {
        for (Row row : rows) {
            return "{\"archived\":" + row.getBoolean("archived") + time(row, "created_at") + time(row, "active_at")
                    + time(row, "updated_at") + '}';
        }
        throw ThreadStore.notFound(id);
    }

    private static String time(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return ",\"" + column + "\":\"" + NewDocument.format(time) + '"';
    }
}
