package dev.bobbin.attachment;

import static dev.bobbin.problem.ProblemType.NOT_FOUND;

import dev.bobbin.database.Fetch;
import dev.bobbin.database.Statements;
import dev.bobbin.document.Document;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.document.NewDocument;
import dev.bobbin.owner.Owner;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;

/** Attachments of an owner: what is known of each; the bytes are kept elsewhere. Seldom asked for, hence by Panache. */
@ApplicationScoped
class AttachmentStore {

    /** Panache has no upsert that says whether the row is new; {@code xmax} is 0 in a row version that an insert made. */
    private static final String SAVE =
            """
            insert into bobbin.attachments (owner_id, id, document, type, name, mime_type, thread_id)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            on conflict (owner_id, id) do update set document = excluded.document, type = excluded.type,
              name = excluded.name, mime_type = excluded.mime_type, thread_id = excluded.thread_id, updated_at = now()
            returning (xmax = 0)""";

    private static final String LOAD =
            "select " + Fetch.document("$3") + " from bobbin.attachments where owner_id = $1 and id = $2";

    private final Statements statements;

    AttachmentStore(Statements statements) {
        this.statements = statements;
    }

    /** Stores an attachment, or replaces the one with this id; says whether it is new. */
    Uni<Boolean> save(Owner owner, NewDocument attachment) {
        Document document = attachment.document();
        return statements.inSession(() -> Panache.getSession()
                .flatMap(session -> session.createNativeQuery(statements.inSchema(SAVE), Boolean.class)
                        .setParameter(1, owner.id())
                        .setParameter(2, attachment.id())
                        .setParameter(3, document.text())
                        .setParameter(4, document.string("type"))
                        .setParameter(5, document.string("name"))
                        .setParameter(6, document.string("mime_type"))
                        .setParameter(7, document.string("thread_id"))
                        .getSingleResult()));
    }

    /**
     * The attachment's document.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when the owner has no such attachment
     */
    Uni<Fetched> load(Owner owner, String id, FetchLimit limit) {
        return statements
                .run(LOAD, Tuple.of(owner.id(), id, limit.fetch()))
                .map(rows -> Fetch.one(rows, () -> NOT_FOUND.because("Attachment " + id + " not found")));
    }

    /** Deletes an attachment; one that is not there is no error. */
    Uni<Void> delete(Owner owner, String id) {
        return statements
                .inSession(() -> AttachmentEntity.delete("ownerId = ?1 and id = ?2", owner.id(), id))
                .replaceWithVoid();
    }
}
