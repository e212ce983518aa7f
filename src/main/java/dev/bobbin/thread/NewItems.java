package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.document.Document;
import dev.bobbin.document.DocumentReader;
import dev.bobbin.document.Kind;
import dev.bobbin.document.NewDocument;
import dev.bobbin.document.NewIds;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The body of a POST of items: one item, or a batch of them.
 *
 * @param ids those that were made for it
 */
record NewItems(List<NewDocument> items, boolean batch, NewIds ids) {

    private static final int MAX_BATCH = 1_000;

    static NewItems read(String body, String threadId, NewIds ids, Clock clock) {
        if (!DocumentReader.isArray(body)) {
            return new NewItems(
                    List.of(complete(DocumentReader.read(Kind.ITEM, body), threadId, ids, clock)), false, ids);
        }
        List<Document> documents = DocumentReader.readArray(Kind.ITEM, body);
        if (documents.isEmpty()) {
            throw INVALID_REQUEST.because("A batch must have 1 to " + MAX_BATCH + " items, and has 0");
        }
        return new NewItems(batch(documents, threadId, ids, clock), true, ids);
    }

    /** A body that replaces all items. */
    static List<NewDocument> readAll(String body, String threadId, NewIds ids, Clock clock) {
        if (!DocumentReader.isArray(body)) {
            throw INVALID_REQUEST.because("The body must be an array of all items of the thread");
        }
        return batch(DocumentReader.readArray(Kind.ITEM, body), threadId, ids, clock);
    }

    static List<NewDocument> batch(List<Document> documents, String threadId, NewIds ids, Clock clock) {
        if (documents.size() > MAX_BATCH) {
            throw INVALID_REQUEST.because(
                    "A batch must have 1 to " + MAX_BATCH + " items, and has " + documents.size());
        }
        Set<String> known = new HashSet<>();
        // one time for all, so that no item of another batch comes between them
        Clock now = Clock.fixed(clock.instant(), ZoneOffset.UTC);
        List<NewDocument> items = documents.stream()
                .map(document -> complete(document, threadId, ids, now))
                .toList();
        for (NewDocument item : items) {
            if (!known.add(item.id())) {
                throw INVALID_REQUEST.because("Item " + item.id() + " stands twice in the batch");
            }
        }
        return items;
    }

    /** The item itself, if it has a type. */
    static Document check(Document item) {
        ItemType.check(item.string("type"));
        return item;
    }

    private static NewDocument complete(Document item, String threadId, NewIds ids, Clock clock) {
        String prefix = ItemType.of(check(item).string("type")).idPrefix();
        return NewDocument.of(item, prefix, Map.of("thread_id", threadId), ids, clock);
    }
}
