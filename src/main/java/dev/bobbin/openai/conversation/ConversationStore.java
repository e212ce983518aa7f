package dev.bobbin.openai.conversation;

import dev.bobbin.database.DatabaseErrors;
import dev.bobbin.database.Fetch;
import dev.bobbin.database.Statements;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.document.Json;
import dev.bobbin.owner.Owner;
import dev.bobbin.thread.ThreadKind;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Conversations. Every call is one statement and sees only rows of its owner. It fails by a {@link ChatKitThread} if the id is of
 * a thread of ChatKit.
 */
@ApplicationScoped
class ConversationStore {

    private static final String IS_CONVERSATION = ThreadKind.opaque(ThreadKind.CONVERSATION);

    /** Writes the stored document to its own row, and returns it: a repeated call may have made it. */
    static final String ADD =
            """
            insert into bobbin.threads (owner_id, id, document, created_at, active_at, metadata, kind)
            values ($1, $2, $3, $4, $4, ($5::text)::jsonb, 'conversation')
            on conflict (owner_id, id) do update set document = threads.document
            returning document, kind, (xmax = 0) as created""";

    private static final String LOAD =
            "select kind, " + Fetch.document("$3") + " from bobbin.threads where owner_id = $1 and id = $2";

    /** The parameter $3 is the id as JSON. Times of conversations are whole seconds. */
    private static final String UPDATE =
            """
            with thread as (select kind from bobbin.threads where owner_id = $1 and id = $2),
            updated as (
              update bobbin.threads set metadata = ($5::text)::jsonb, updated_at = default,
                document = '{"id":' || $3::text || ',"object":"conversation","created_at":'
                  || floor(extract(epoch from created_at))::bigint || ',"metadata":' || $4::text || '}'
              where owner_id = $1 and id = $2 and %s
              returning document)
            select kind, document from thread left join updated on true"""
                    .formatted(IS_CONVERSATION);

    private static final String DELETE =
            """
            with thread as (select kind from bobbin.threads where owner_id = $1 and id = $2),
            deleted as (
              delete from bobbin.threads where owner_id = $1 and id = $2 and %s returning id)
            select kind, id from thread left join deleted on true"""
                    .formatted(IS_CONVERSATION);

    private final Statements statements;

    ConversationStore(Statements statements) {
        this.statements = statements;
    }

    /** Stores a conversation without its items, and returns its document: the stored one, if this repeats a call. */
    Uni<String> add(Owner owner, NewConversation conversation) {
        return statements.run(ADD, row(owner, conversation)).map(rows -> added(rows, conversation)
                .getString("document"));
    }

    /** The same as a part of a transaction; returns the {@code document}, and whether it was {@code created}. */
    Future<Row> add(SqlConnection connection, Owner owner, NewConversation conversation) {
        return statements.run(connection, ADD, row(owner, conversation)).map(rows -> added(rows, conversation));
    }

    private static Tuple row(Owner owner, NewConversation conversation) {
        return Tuple.of(
                owner.id(),
                conversation.id(),
                conversation.document(),
                conversation.createdAt(),
                NewConversation.jsonb(conversation.metadata()));
    }

    private static Row added(RowSet<Row> rows, NewConversation conversation) {
        Row row = DatabaseErrors.written(rows);
        String stored = row.getString("document");
        if (!row.getBoolean("created")
                && !(row.getString("kind").equals(ThreadKind.CONVERSATION)
                        && stored.endsWith(",\"metadata\":" + conversation.metadata() + '}'))) {
            throw Refused.otherBody();
        }
        return row;
    }

    /** A conversation's document; fails if the owner has none of this id. */
    Uni<Fetched> load(Owner owner, String id, FetchLimit limit) {
        return statements.run(LOAD, Tuple.of(owner.id(), id, limit.fetch())).map(rows -> {
            check(rows, id);
            return Fetch.one(rows, () -> Refused.conversation(id));
        });
    }

    /** Replaces the metadata and returns the document; fails if the owner has no conversation of this id. */
    Uni<String> update(Owner owner, String id, String metadata) {
        Tuple parameters = Tuple.of(owner.id(), id, Json.quoted(id), metadata, NewConversation.jsonb(metadata));
        return statements.run(UPDATE, parameters).map(rows -> {
            String document = check(rows, id).getString("document");
            if (document == null) {
                throw Refused.conversation(id);
            }
            return document;
        });
    }

    /** Deletes a conversation and its items; returns whether there was one. */
    Uni<Boolean> delete(Owner owner, String id) {
        return statements.run(DELETE, Tuple.of(owner.id(), id)).map(rows -> {
            if (rows.size() == 0) {
                return false;
            }
            return isConversation(rows.iterator().next())
                    && rows.iterator().next().getString("id") != null;
        });
    }

    /** The first row, which has the {@code kind} of the thread; fails if that is none of a conversation. */
    static Row check(RowSet<Row> rows, String id) {
        if (rows.size() == 0) {
            throw Refused.conversation(id);
        }
        Row row = rows.iterator().next();
        if (!isConversation(row)) {
            throw Refused.conversation(id);
        }
        return row;
    }

    private static boolean isConversation(Row row) {
        String kind = row.getString("kind");
        if (kind.equals(ThreadKind.CHATKIT)) {
            throw new ChatKitThread();
        }
        return kind.equals(ThreadKind.CONVERSATION);
    }
}
