package dev.bobbin.attachment;

import static dev.bobbin.problem.ProblemType.NOT_FOUND;

import dev.bobbin.database.Conditional;
import dev.bobbin.database.DatabaseErrors;
import dev.bobbin.database.Fetch;
import dev.bobbin.database.Statements;
import dev.bobbin.document.Document;
import dev.bobbin.document.ETag;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.document.NewDocument;
import dev.bobbin.document.Precondition;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.ByOrder;
import dev.bobbin.page.PageRequest;
import dev.bobbin.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** Metadata of attachments; their bytes are stored elsewhere. Every call is one statement and sees only rows of its owner. */
@ApplicationScoped
public class AttachmentStore {

    private static final String INSERT =
            """
            insert into bobbin.attachments (owner_id, id, document, type, name, mime_type, thread_id)
            values ($1, $2, $3, $4, $5, $6, $7)""";

    private static final String SAVE = INSERT
            + """
             on conflict (owner_id, id) do update set document = excluded.document, type = excluded.type,
              name = excluded.name, mime_type = excluded.mime_type, thread_id = excluded.thread_id,
              updated_at = excluded.updated_at
            returning (xmax = 0) as created""";

    private static final String ADD_ONLY_NEW = INSERT + Conditional.onlyNew("attachments", "owner_id, id");

    private static final String CURRENT = "current as materialized (select " + ETag.SQL
            + " as etag from bobbin.attachments where owner_id = $1 and id = $2 for ";

    private static final String SAVE_MATCHING = Conditional.matching(
            "with " + CURRENT + "no key update",
            "$8",
            """
            update bobbin.attachments set document = $3, type = $4, name = $5, mime_type = $6, thread_id = $7,
              updated_at = default
            where owner_id = $1 and id = $2 and exists (select from matching)""");

    private static final String DELETE = "delete from bobbin.attachments where owner_id = $1 and id = $2";

    private static final String DELETE_MATCHING =
            Conditional.matching("with " + CURRENT + "update", "$3", DELETE + " and exists (select from matching)");

    private static final String LOAD =
            "select " + Fetch.document("$3") + " from bobbin.attachments where owner_id = $1 and id = $2";

    private static final ByOrder LIST = list("");

    private static final ByOrder LIST_OF_THREAD = list(" and thread_id = $7");

    private final Statements statements;

    AttachmentStore(Statements statements) {
        this.statements = statements;
    }

    /** Stores an attachment, or replaces the one with this id; returns whether it is new. */
    Uni<Boolean> save(Owner owner, NewDocument attachment, Precondition precondition) {
        Document document = attachment.document();
        Tuple row = Tuple.of(owner.id(), attachment.id(), document.text())
                .addValue(document.string("type"))
                .addValue(document.string("name"))
                .addValue(document.string("mime_type"))
                .addValue(document.string("thread_id"));
        if (precondition.isNone()) {
            return statements.run(SAVE, row).map(rows -> DatabaseErrors.written(rows)
                    .getBoolean("created"));
        }
        Uni<RowSet<Row>> rows = precondition.absent()
                ? statements.run(ADD_ONLY_NEW, row).invoke(added -> Conditional.checkNew(added, precondition))
                : statements
                        .run(SAVE_MATCHING, row.addValue(Conditional.tags(precondition)))
                        .invoke(saved -> Conditional.checkSaved(saved, precondition));
        return rows.replaceWith(precondition.absent());
    }

    /** The attachment's document; fails if the owner has no such attachment. */
    Uni<Fetched> load(Owner owner, String id, FetchLimit limit) {
        return statements
                .run(LOAD, Tuple.of(owner.id(), id, limit.fetch()))
                .map(rows -> Fetch.one(rows, () -> notFound(id)));
    }

    /**
     * The owner's attachments, by the time they were stored first. Fails if the page is to be next to an attachment that the
     * owner does not have; one of another thread has a place too.
     *
     * @param threadId of which thread; null for those of all and of none
     */
    public Uni<Fetched> list(Owner owner, @Nullable String threadId, PageRequest request, FetchLimit limit) {
        Tuple parameters = Tuple.of(owner.id(), request.id(), request.limitAndOneMore(), limit.fetch())
                .addValue(request.at())
                .addValue(request.seq());
        if (threadId != null) {
            parameters.addValue(threadId);
        }
        return statements
                .run((threadId == null ? LIST : LIST_OF_THREAD).in(request.reading()), parameters)
                .map(rows -> Fetch.page(rows, request, limit, AttachmentStore::notFound));
    }

    /** Deletes an attachment, if it exists. */
    Uni<Void> delete(Owner owner, String id, Precondition precondition) {
        if (precondition.isNone()) {
            return statements.run(DELETE, Tuple.of(owner.id(), id)).replaceWithVoid();
        }
        return statements
                .run(DELETE_MATCHING, Tuple.of(owner.id(), id, Conditional.tags(precondition)))
                .invoke(rows -> Conditional.checkDeleted(rows, precondition))
                .replaceWithVoid();
    }

    private static ByOrder list(String ofThread) {
        return ByOrder.of(
                Fetch.after(
                        Fetch.place(
                                "select created_at as at, seq from bobbin.attachments where owner_id = $1 and id = $2",
                                "$5",
                                "$6"),
                        "select id, " + Fetch.documents("0", "$4")
                                + " from bobbin.attachments where owner_id = $1" + ofThread
                                + """
                         and (created_at, seq) %2$s (cursor.at, cursor.seq)
                        order by created_at %1$s, seq %1$s limit $3"""));
    }

    private static ProblemException notFound(String id) {
        return NOT_FOUND.because("Attachment " + id + " not found");
    }
}
