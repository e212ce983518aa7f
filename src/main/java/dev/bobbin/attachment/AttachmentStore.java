package dev.bobbin.attachment;

import static dev.bobbin.problem.ProblemType.NOT_FOUND;

import dev.bobbin.database.DatabaseErrors;
import dev.bobbin.database.Fetch;
import dev.bobbin.database.Statements;
import dev.bobbin.document.Document;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.document.NewDocument;
import dev.bobbin.owner.Owner;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;

/** Metadata of attachments; their bytes are stored elsewhere. Every call is one statement and sees only rows of its owner. */
@ApplicationScoped
class AttachmentStore {

    private static final String SAVE =
            """
            insert into bobbin.attachments (owner_id, id, document, type, name, mime_type, thread_id)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (owner_id, id) do update set document = excluded.document, type = excluded.type,
              name = excluded.name, mime_type = excluded.mime_type, thread_id = excluded.thread_id,
              updated_at = excluded.updated_at
            returning (xmax = 0) as created""";

    private static final String LOAD =
            "select " + Fetch.document("$3") + " from bobbin.attachments where owner_id = $1 and id = $2";

    private final Statements statements;

    AttachmentStore(Statements statements) {
        this.statements = statements;
    }

    /** Stores an attachment, or replaces the one with this id; returns whether it is new. */
    Uni<Boolean> save(Owner owner, NewDocument attachment) {
        Document document = attachment.document();
        Tuple row = Tuple.of(owner.id(), attachment.id(), document.text())
                .addValue(document.string("type"))
                .addValue(document.string("name"))
                .addValue(document.string("mime_type"))
                .addValue(document.string("thread_id"));
        return statements.run(SAVE, row).map(rows -> DatabaseErrors.written(rows)
                .getBoolean("created"));
    }

    /** The attachment's document; fails if the owner has no such attachment. */
    Uni<Fetched> load(Owner owner, String id, FetchLimit limit) {
        return statements
                .run(LOAD, Tuple.of(owner.id(), id, limit.fetch()))
                .map(rows -> Fetch.one(rows, () -> NOT_FOUND.because("Attachment " + id + " not found")));
    }

    /** Deletes an attachment, if it exists. */
    Uni<Void> delete(Owner owner, String id) {
        return statements
                .inSession(() -> AttachmentEntity.delete("ownerId = ?1 and id = ?2", owner.id(), id))
                .replaceWithVoid();
    }
}
