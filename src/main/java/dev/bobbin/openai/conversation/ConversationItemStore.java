package dev.bobbin.openai.conversation;

import dev.bobbin.database.Fetch;
import dev.bobbin.database.Statements;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.openai.OpenAiConfig;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.ByOrder;
import dev.bobbin.page.PageRequest;
import dev.bobbin.page.Place;
import dev.bobbin.thread.ThreadItemStore;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Items of conversations; sees only rows of its owner. Calls fail as those of {@link ConversationStore}. */
@ApplicationScoped
class ConversationItemStore {

    private static final String THREAD = "select kind from bobbin.threads where owner_id = $1 and id = $2";

    private static final String LOCK = THREAD + " for no key update";

    /**
     * Items have no time of their own. Those of a call get one time, of the database, after the conversation's lock is granted: so
     * they stay together, and no clock of a process decides about the order of a call and its output. No other call's items get it.
     */
    private static final String ADD =
            """
            with thread as materialized (%s),
            placed as materialized (
              select greatest(clock_timestamp(), (
                select created_at + interval '1 microsecond' from bobbin.thread_items
                where owner_id = $1 and thread_id = $2 order by created_at desc, seq desc limit 1)) as at
              from thread where kind = 'conversation'),
            written as (
              insert into bobbin.thread_items (owner_id, thread_id, id, document, created_at, type, role, content)
              select $1, $2, item.id, item.document, placed.at, item.type, item.role, item.content
              from placed cross join unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
                with ordinality as item (id, document, type, role, content, nr)
              order by nr
              on conflict (owner_id, thread_id, id) do update set document = thread_items.document
              returning id, (xmax = 0) as created,
                document = ($4::text[])[array_position($3::text[], id)] as same)
            select thread.kind, written.* from thread left join written on true"""
                    .formatted(LOCK);

    /**
     * The ids of the newest items, if these are the ones that are sent, and not older than so many seconds. An id that the service
     * made was another one then.
     */
    private static final String NEWEST =
            """
            select newest.id from (
              select id, document, created_at, row_number() over (order by created_at desc, seq desc) as nr
              from bobbin.thread_items where owner_id = $1 and thread_id = $2
              order by created_at desc, seq desc limit cardinality($3::text[])) newest
            join unnest($3::text[], $4::text[]) with ordinality as sent (id, members, nr) using (nr)
            where newest.created_at > clock_timestamp() - $5::bigint * interval '1 s'
              and coalesce(sent.id, newest.id) = newest.id
              and newest.document = '{"id":' || to_json(newest.id) || ',' || sent.members
            order by nr desc""";

    /**
     * Whether a call that made one of the ids $3 stored any other items than those with the ids $4. Such a call leaves nothing else
     * by which to know its body.
     */
    private static final String OTHERS =
            """
            select exists (
              select from unnest($3::text[]) derived (id)
              cross join lateral (select created_at %s) made
              cross join lateral (
                select from bobbin.thread_items
                where owner_id = $1 and thread_id = $2 and created_at = made.created_at and id <> all($4::text[])
                limit 1) other) as found"""
                    .formatted(ThreadItemStore.BY_ID.replace("$3", "derived.id"));

    /** A place is known by the id of an item. Without a row the conversation is not there; without its place, the item. */
    private static final ByOrder LIST = ByOrder.of(
            """
            select thread.kind, after.seq is not null as has_after, page.id, page.at, page.seq, page.bytes, page.document
            from (%s) thread
            left join lateral (select created_at, seq %s) after on true
            left join lateral (
              select id, %s
              from bobbin.thread_items
              where owner_id = $1 and thread_id = $2 and ($3 = '' or after.seq is not null)
                and (created_at, seq) %%2$s (coalesce(after.created_at, $6::timestamptz), coalesce(after.seq, 0))
              order by created_at %%1$s, seq %%1$s limit $4) page on true"""
                    .formatted(THREAD, ThreadItemStore.BY_ID, Fetch.documents("0", "$5")));

    private static final String LOAD = "select thread.kind, item.bytes, item.document from (" + THREAD
            + ") thread left join lateral (select " + Fetch.document("$4") + ThreadItemStore.BY_ID + ") item on true";

    /** Finds the row by its place in the order, as {@link ThreadItemStore} does. */
    private static final String DELETE =
            """
            with thread as materialized (
              select kind, document from bobbin.threads where owner_id = $1 and id = $2 for update),
            found as materialized (
              select item.* from thread cross join (select thread_id, created_at, seq %s) item where kind = 'conversation'),
            deleted as (
              delete from bobbin.thread_items item using found
              where item.owner_id = $1 and item.thread_id = found.thread_id
                and (item.created_at, item.seq) = (found.created_at, found.seq)
              returning item.id)
            select thread.kind, thread.document, deleted.id from thread left join deleted on true"""
                    .formatted(ThreadItemStore.BY_ID);

    private final Statements statements;
    private final ConversationStore conversations;
    private final OpenAiConfig config;

    ConversationItemStore(Statements statements, ConversationStore conversations, OpenAiConfig config) {
        this.statements = statements;
        this.conversations = conversations;
        this.config = config;
    }

    /**
     * Stores a conversation with its items, all or none, and returns its document.
     *
     * @param first as of {@link #addOnce}
     */
    Uni<String> add(Owner owner, NewConversation conversation, String[] first) {
        String id = conversation.id();
        return statements.inTransaction(
                owner,
                connection -> conversations.add(connection, owner, conversation).compose(row -> {
                    List<NewItem> items = conversation.items();
                    boolean created = row.getBoolean("created");
                    Future<List<NewItem>> added = created && items.isEmpty()
                            ? Future.succeededFuture(items)
                            : created
                                    ? add(connection, owner, id, items)
                                    : addOnce(connection, owner, id, items, first, true);
                    return added.map(stored -> row.getString("document"));
                }));
    }

    /** Stores items after all others of a conversation, all or none, in their order; those that are stored change nothing. */
    Uni<List<NewItem>> add(Owner owner, String conversationId, List<NewItem> items) {
        // only an id that is not random can be taken, and then the other rows have to go
        return items.size() <= 1 || items.stream().allMatch(NewItem::made)
                ? statements.run(ADD, rows(owner, conversationId, items)).map(rows -> WrittenItems.of(
                                rows, conversationId, items)
                        .checked())
                : statements.inTransaction(owner, connection -> add(connection, owner, conversationId, items));
    }

    private Future<List<NewItem>> add(
            SqlConnection connection, Owner owner, String conversationId, List<NewItem> items) {
        return statements
                .run(connection, ADD, rows(owner, conversationId, items))
                .map(rows -> WrittenItems.of(rows, conversationId, items).checked());
    }

    /**
     * As {@link #add}, and fails if a call with the same key had another body.
     *
     * @param first ids of which one is the first that such a call made
     */
    Uni<List<NewItem>> addOnce(Owner owner, String conversationId, List<NewItem> items, String[] first) {
        return statements.inTransaction(
                owner, connection -> addOnce(connection, owner, conversationId, items, first, false));
    }

    private Future<List<NewItem>> addOnce(
            SqlConnection connection,
            Owner owner,
            String conversationId,
            List<NewItem> items,
            String[] first,
            boolean repeated) {
        Tuple others = Tuple.of(owner.id(), conversationId, first, texts(items, NewItem::id));
        return statements
                .run(connection, ADD, rows(owner, conversationId, items))
                .compose(written -> {
                    WrittenItems result = WrittenItems.of(written, conversationId, items);
                    if ((repeated || result.repeat()) && !result.unchanged()) {
                        throw Refused.otherBody();
                    }
                    return statements.run(connection, OTHERS, others).map(rows -> {
                        if (rows.iterator().next().getBoolean("found")) {
                            throw Refused.otherBody();
                        }
                        return result.checked();
                    });
                });
    }

    /** As {@link #add}, of a call that may have stored the items before. */
    Uni<List<NewItem>> addAgain(Owner owner, String conversationId, List<NewItem> items) {
        return statements.inTransaction(owner, connection -> statements
                .run(connection, LOCK, Tuple.of(owner.id(), conversationId))
                .map(rows -> ConversationStore.check(rows, conversationId))
                .compose(locked -> newest(connection, owner, conversationId, items))
                .compose(newest -> newest.size() == items.size()
                        ? Future.succeededFuture(newest)
                        : add(connection, owner, conversationId, items)));
    }

    /** The items as they are stored already; others, or none, if that is not the case. */
    private Future<List<NewItem>> newest(
            SqlConnection connection, Owner owner, String conversationId, List<NewItem> items) {
        List<NewItem> backward = new ArrayList<>(items);
        Collections.reverse(backward);
        Tuple parameters = Tuple.of(owner.id(), conversationId)
                .addValue(texts(backward, item -> item.made() ? null : item.id()))
                .addValue(texts(backward, NewItem::members))
                .addValue(config.repeatWindow().toSeconds());
        return statements.run(connection, NEWEST, parameters).map(rows -> {
            List<NewItem> stored = new ArrayList<>();
            if (rows.size() == items.size()) {
                rows.forEach(row -> stored.add(items.get(stored.size()).withId(row.getString("id"))));
            }
            return stored;
        });
    }

    private static Tuple rows(Owner owner, String conversationId, List<NewItem> items) {
        return Tuple.of(owner.id(), conversationId)
                .addValue(texts(items, NewItem::id))
                .addValue(texts(items, NewItem::document))
                .addValue(texts(items, NewItem::type))
                .addValue(texts(items, NewItem::role))
                .addValue(texts(items, NewItem::plainText));
    }

    private static String[] texts(List<NewItem> items, Function<NewItem, @Nullable String> text) {
        return items.stream().map(text).toArray(String[]::new);
    }

    /**
     * The items of a conversation, in the order in which they were added. Fails if the owner has no such conversation, or if the
     * page is to be next to an item that it has not.
     */
    Uni<Fetched> list(Owner owner, String conversationId, PageRequest request, FetchLimit limit) {
        String after = request.id();
        Tuple parameters = Tuple.of(
                        owner.id(),
                        conversationId,
                        Objects.requireNonNullElse(after, ""),
                        request.limitAndOneMore(),
                        limit.fetch())
                .addValue(Place.start(request.order()).at());
        return statements.run(LIST.in(request.order()), parameters).map(rows -> {
            Row first = ConversationStore.check(rows, conversationId);
            if (after != null && !first.getBoolean("has_after")) {
                throw Refused.item(after).as(null, "after");
            }
            return Fetch.openAi(rows, request, limit);
        });
    }

    /** An item's document; fails if the owner has no such conversation, or if that has no such item. */
    Uni<Fetched> load(Owner owner, String conversationId, String id, FetchLimit limit) {
        return statements
                .run(LOAD, Tuple.of(owner.id(), conversationId, id, limit.fetch()))
                .map(rows -> {
                    if (ConversationStore.check(rows, conversationId).getInteger("bytes") == null) {
                        throw Refused.item(id);
                    }
                    return Fetch.one(rows, () -> Refused.item(id));
                });
    }

    /**
     * Deletes an item and returns the conversation's document; fails if the owner has no such conversation.
     *
     * @param required whether it fails too if the conversation has no such item
     */
    Uni<String> delete(Owner owner, String conversationId, String id, boolean required) {
        return statements.run(DELETE, Tuple.of(owner.id(), conversationId, id)).map(rows -> {
            Row row = ConversationStore.check(rows, conversationId);
            if (required && row.getString("id") == null) {
                throw Refused.item(id);
            }
            return row.getString("document");
        });
    }
}
