package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.document.Document;
import dev.bobbin.document.DocumentReader;
import dev.bobbin.document.Kind;
import dev.bobbin.document.MergePatch;
import dev.bobbin.document.NewDocument;
import dev.bobbin.http.RequestBodyFilter;
import java.util.List;
import java.util.Objects;

/** The body of a PATCH of a thread or an item. What places a document, its ids and its time, cannot be changed. */
record DocumentPatch(Kind kind, String id, MergePatch patch, RequestBodyFilter bodies) {

    static final String MEDIA_TYPE = "application/merge-patch+json";

    static DocumentPatch read(Kind kind, String id, String body, RequestBodyFilter bodies) {
        MergePatch patch = MergePatch.read(body);
        if (kind == Kind.THREAD && patch.value("items") != null) {
            throw INVALID_REQUEST.because("items are no part of the thread's document; PUT or POST them to its /items");
        }
        return new DocumentPatch(kind, id, patch, bodies);
    }

    /**
     * The stored document after the changes.
     *
     * @throws dev.bobbin.problem.ProblemException if it is not a valid document, or not at the place of the stored one
     */
    NewDocument applyTo(String stored) {
        String changed = bodies.checkSize(patch.applyTo(stored));
        Document before = DocumentReader.read(kind, stored);
        Document after = DocumentReader.read(kind, changed);
        for (String name : List.of("id", "thread_id", "created_at")) {
            boolean added = name.equals("id") && !before.strings().containsKey(name);
            if (!added && !isSame(name, before, after)) {
                throw INVALID_REQUEST.because(name + " cannot be changed");
            }
        }
        return NewDocument.named(id, kind == Kind.ITEM ? NewItems.check(after) : after);
    }

    private static boolean isSame(String name, Document before, Document after) {
        return Objects.equals(before.string(name), after.string(name))
                && before.strings().containsKey(name) == after.strings().containsKey(name)
                && (!name.equals("created_at") || Objects.equals(before.createdAt(), after.createdAt()));
    }
}
