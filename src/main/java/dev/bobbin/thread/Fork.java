package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.CONFLICT;
import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.document.Document;
import dev.bobbin.document.DocumentReader;
import dev.bobbin.document.Ids;
import dev.bobbin.document.Json;
import dev.bobbin.document.Kind;
import dev.bobbin.document.MergePatch;
import dev.bobbin.document.NewDocument;
import dev.bobbin.document.NewIds;
import dev.bobbin.http.RequestBodyFilter;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A copy that is to be made of a thread.
 *
 * @param threadId of the thread that is copied
 * @param after the last item to copy; null for all
 * @param id of the copy
 * @param createdAt of the copy, as its document has it
 * @param metadata the changes to the thread's metadata
 */
record Fork(
        String threadId,
        @Nullable String after,
        String id,
        String createdAt,
        MergePatch metadata,
        RequestBodyFilter bodies) {

    private static final List<String> MEMBERS = List.of("after", "id", "metadata");

    static Fork read(String threadId, String body, NewIds ids, Clock clock, RequestBodyFilter bodies) {
        String json = body.isBlank() ? "{}" : body;
        MergePatch sent = MergePatch.read(json);
        if (!MEMBERS.containsAll(sent.names())) {
            throw INVALID_REQUEST.because("The body of a fork has the members " + String.join(", ", MEMBERS) + " only");
        }
        MergePatch metadata = sent.nested("metadata").orElseGet(MergePatch::new);
        if (sent.names().contains("metadata") && sent.nested("metadata").isEmpty()) {
            throw INVALID_REQUEST.because("metadata must be an object");
        }
        Document ends = DocumentReader.read(Kind.FORK, json);
        String after = ends.string("after");
        String id = ends.string("id");
        metadata.set("forked_from", forkedFrom(threadId, after));
        return new Fork(
                threadId,
                after == null ? null : Ids.check("after", after),
                id == null ? ids.next("thr") : Ids.check("id", id),
                NewDocument.format(NewDocument.now(clock)),
                metadata,
                bodies);
    }

    private static String forkedFrom(String threadId, @Nullable String after) {
        StringBuilder json = new StringBuilder("{\"thread_id\":").append(Json.quoted(threadId));
        return json.append(",\"item_id\":")
                .append(after == null ? "null" : Json.quoted(after))
                .append('}')
                .toString();
    }

    /** The copy of this document of a thread. */
    NewDocument of(String thread) {
        String copy = new MergePatch()
                .set("id", Json.quoted(id))
                .set("created_at", Json.quoted(createdAt))
                .merge("metadata", metadata)
                .applyTo(thread);
        return NewDocument.named(id, DocumentReader.read(Kind.THREAD, bodies.checkSize(copy)));
    }

    /**
     * The thread that has the copy's id, if this call may have stored it before.
     *
     * @throws dev.bobbin.problem.ProblemException if it is another one
     */
    AddResult repeated(String stored) {
        if (!new MergePatch().merge("metadata", metadata).applyTo(stored).equals(stored)) {
            throw CONFLICT.because("Thread " + id + " already exists with another document");
        }
        return new AddResult(id, stored, false);
    }
}
