package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.CONFLICT;
import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.document.NewIds;
import dev.bobbin.owner.Owner;
import dev.bobbin.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The header {@code Idempotency-Key}. A call with it makes ids that follow from its owner, path and key: so a repeated call finds
 * what the first one has stored, however long ago that was, and nothing else has to be remembered.
 */
public final class IdempotencyKey {

    public static final String HEADER = "Idempotency-Key";

    private static final Pattern VALID = Pattern.compile("[\\x21-\\x7E]{1,255}");

    private IdempotencyKey() {}

    /** Rejects the header of a call that deletes other rows when it is repeated. */
    static void refuse(RoutingContext http) {
        if (http.request().headers().contains(HEADER)) {
            throw INVALID_REQUEST.because("The header " + HEADER + " is not supported here; nothing was done");
        }
    }

    /**
     * Whether a call found what an earlier one with its key stored.
     *
     * @throws dev.bobbin.problem.ProblemException if it did not find all of it, and has stored the rest
     */
    static boolean repeats(List<AddResult> results, NewIds ids) {
        List<Boolean> created = results.stream()
                .filter(result -> ids.madeAgain(result.id()))
                .map(AddResult::created)
                .distinct()
                .toList();
        if (created.size() > 1) {
            throw otherBody();
        }
        return created.contains(false);
    }

    static ProblemException otherBody() {
        return CONFLICT.because("A call with this " + HEADER
                + " had another body, or a part of what it stored was deleted; nothing was stored");
    }

    /** The ids that a call makes: random ones without the header. */
    public static NewIds ids(RoutingContext http) {
        List<String> keys = http.request().headers().getAll(HEADER);
        if (keys.isEmpty()) {
            return NewIds.random();
        }
        if (keys.size() > 1 || !VALID.matcher(keys.get(0)).matches()) {
            throw INVALID_REQUEST.because(HEADER + " must have 1 to 255 visible ASCII characters");
        }
        return NewIds.derived(Owner.of(http).id() + '\0' + http.normalizedPath() + '\0' + keys.get(0));
    }
}
