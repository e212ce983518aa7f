package dev.bobbin.thread;

import dev.bobbin.document.DocumentReader;
import dev.bobbin.document.NewDocument;
import dev.bobbin.document.NewIds;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * The body of a POST of a thread, which may bring its first items.
 *
 * @param ids those that were made for it
 */
record NewThread(NewDocument thread, List<NewDocument> items, NewIds ids) {

    static NewThread read(String body, NewIds ids, Clock clock) {
        DocumentReader.WithItems sent = DocumentReader.readWithItems(body);
        NewDocument thread = NewDocument.of(sent.thread(), "thr", Map.of(), ids, clock);
        return new NewThread(thread, NewItems.batch(sent.items(), thread.id(), ids, clock), ids);
    }
}
