package dev.bobbin.openai.chatkit;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static dev.bobbin.problem.ProblemType.NOT_FOUND;

import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.openai.chatkit.Conversions.Element;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.Order;
import dev.bobbin.page.PageRequest;
import dev.bobbin.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** ChatKit's threads as conversations that can only be read. Every call fails if the owner has no such thread. */
@ApplicationScoped
public class ChatKitConversations {

    private final HostedThreadStore threads;
    private final Conversions conversions;

    ChatKitConversations(HostedThreadStore threads, Conversions conversions) {
        this.threads = threads;
        this.conversions = conversions;
    }

    /** The thread as a conversation, without metadata: a thread's is not meant for clients. */
    public Uni<Fetched> load(Owner owner, String id, FetchLimit limit) {
        return threads.load(owner, id, limit)
                .flatMap(thread -> conversions.one(thread, row -> new Converted()
                        .text("id", row.id())
                        .text("object", "conversation")
                        .member("created_at", row.createdAt())
                        .member("metadata", "{}")));
    }

    /** Why such a thread is not written: ChatKit's own calls do that. */
    public static ProblemException readOnly() {
        return INVALID_REQUEST.because("This is a ChatKit thread; it is read-only here");
    }

    /** Messages, and calls of client tools with their outputs, in the order of the items that they are made of. */
    public Uni<Fetched> items(Owner owner, String threadId, PageRequest page, FetchLimit limit) {
        String after = page.id();
        // the page may begin with the second item of the row of the first one
        int needed = after == null ? page.limit() : page.limit() + 1;
        ItemSpan span = new ItemSpan(
                ProjectedItem.TYPES,
                page.order(),
                needed + 1,
                after == null ? List.of() : ProjectedItem.rowIds(after),
                true,
                null);
        return threads.items(owner, threadId, span, limit)
                .flatMap(rows ->
                        conversions.list(rows, needed, page.limit(), limit, "\"\"", row -> items(row, page, span)));
    }

    private static List<Element> items(Stored row, PageRequest page, ItemSpan span) {
        List<Element> items = new ArrayList<>(ProjectedItem.of(row));
        if (page.order() == Order.DESC) {
            Collections.reverse(items);
        }
        if (span.after().contains(row.id())) {
            List<String> ids = items.stream().map(Element::id).toList();
            int last = ids.indexOf(page.id());
            return items.subList(last < 0 ? items.size() : last + 1, items.size());
        }
        return items;
    }

    /** One of these items; fails if the thread has no such item. */
    public Uni<Fetched> item(Owner owner, String threadId, String id, FetchLimit limit) {
        List<String> ids = ProjectedItem.rowIds(id);
        ItemSpan span = new ItemSpan(ProjectedItem.TYPES, Order.ASC, 1, ids, true, null);
        return threads.items(owner, threadId, span, limit)
                // there it is said of a parameter
                .onFailure(failure -> failure instanceof ProblemException problem && problem.type() == NOT_FOUND)
                .transform(unknown -> HostedThreadStore.itemNotFound(id))
                .flatMap(rows -> rows.isEmpty()
                        ? Uni.createFrom().failure(HostedThreadStore.itemNotFound(id))
                        : conversions.one(rows.get(0), row -> ProjectedItem.of(row).stream()
                                .filter(item -> item.id().equals(id))
                                .findFirst()
                                .orElseThrow(() -> HostedThreadStore.itemNotFound(id))
                                .object()));
    }
}
