package dev.bobbin.transfer;

import dev.bobbin.database.DatabaseErrors;
import dev.bobbin.database.Statements;
import dev.bobbin.document.NewDocument;
import dev.bobbin.owner.Owner;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** How much an owner has, and its erasure. */
@ApplicationScoped
public class OwnerStore {

    private final Statements statements;

    OwnerStore(Statements statements) {
        this.statements = statements;
    }

    /**
     * What an owner has.
     *
     * @param bytes of the documents
     * @param lastActiveAt null without a thread
     */
    public record Usage(Counts counts, long bytes, @Nullable OffsetDateTime lastActiveAt) {

        public String json() {
            String at = lastActiveAt == null ? "null" : '"' + NewDocument.format(lastActiveAt) + '"';
            return '{' + counts.members() + ",\"bytes\":" + bytes + ",\"last_active_at\":" + at + '}';
        }
    }

    /** Reads all rows of the owner, without their documents. */
    public Uni<Usage> usage(Owner owner) {
        return statements.run(OwnerSql.USAGE, Tuple.of(owner.id())).map(rows -> {
            Row row = rows.iterator().next();
            return new Usage(counts(row), row.getLong("bytes"), row.getOffsetDateTime("last_active_at"));
        });
    }

    public Uni<Counts> count(Owner owner) {
        return statements
                .run(OwnerSql.COUNT, Tuple.of(owner.id()))
                .map(rows -> counts(rows.iterator().next()));
    }

    private static Counts counts(Row row) {
        return new Counts(row.getLong("threads"), row.getLong("items"), row.getLong("attachments"));
    }

    /**
     * Deletes all that the owner has, {@link OwnerSql#AT_ONCE} rows in a transaction, and returns how many there were. If it fails
     * it has deleted a part, and a second call the rest.
     */
    public Uni<Counts> erase(Owner owner) {
        Erasure erasure = new Erasure(owner);
        return Multi.createBy()
                .repeating()
                .uni(erasure::step)
                .until(done -> done)
                .onItem()
                .ignoreAsUni()
                .map(done -> erasure.counts);
    }

    /** Rows of one table, and where they begin. */
    private record Part(String sql, @Nullable Section section, Tuple start) {}

    private final class Erasure {

        /** Rows that are found and not deleted: another call deletes them, or a trigger of this database prevents it. */
        private static final int IDLE_PASSES = 3;

        private final Owner owner;
        private final Queue<Part> left;
        private Counts counts = Counts.NONE;
        private Tuple place;
        private long deletedInPass;
        private int idlePasses;

        private Erasure(Owner owner) {
            this.owner = owner;
            ExportPlace first = ExportPlace.startOf(Section.ITEM);
            Tuple items = Tuple.of(owner.id(), first.group(), first.at(), first.seq());
            // items first: their threads would take any number with them
            this.left = new ArrayDeque<>(List.of(
                    new Part(OwnerSql.DELETE_ITEMS, Section.ITEM, items),
                    new Part(OwnerSql.DELETE_THREADS, Section.THREAD, Tuple.of(owner.id(), "")),
                    new Part(OwnerSql.DELETE_ATTACHMENTS, Section.ATTACHMENT, Tuple.of(owner.id(), "")),
                    new Part(OwnerSql.DELETE_TEXTS, null, Tuple.of(owner.id()))));
            this.place = items;
        }

        private Uni<Boolean> step() {
            Part part = left.element();
            return statements.run(part.sql(), place).map(rows -> {
                Row row = rows.iterator().next();
                long deleted = row.getLong("deleted");
                deletedInPass += deleted;
                if (part.section() != null) {
                    counts = counts.plus(Counts.of(part.section(), deleted));
                }
                if (row.getLong("found") > 0) {
                    place = after(part, row);
                } else if (place != part.start()) {
                    startAgain(part);
                } else {
                    left.remove();
                    place = left.isEmpty() ? place : left.element().start();
                }
                return left.isEmpty();
            });
        }

        private Tuple after(Part part, Row row) {
            if (part.section() == null) {
                return part.start();
            }
            return switch (part.section()) {
                case ITEM ->
                    Tuple.of(
                            owner.id(),
                            row.getString("thread_id"),
                            row.getOffsetDateTime("created_at"),
                            row.getLong("seq"));
                case THREAD, ATTACHMENT -> Tuple.of(owner.id(), row.getString("id"));
            };
        }

        /** What was stored meanwhile may be before the place. */
        private void startAgain(Part part) {
            idlePasses = deletedInPass == 0 ? idlePasses + 1 : 0;
            if (idlePasses == IDLE_PASSES) {
                DatabaseErrors.checkWritten(0, 1);
            }
            deletedInPass = 0;
            place = part.start();
        }
    }
}
