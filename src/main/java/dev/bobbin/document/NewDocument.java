package dev.bobbin.document;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A document to be stored, with what its sender left to the service: the id, the id of its thread, the time.
 *
 * @param madeAt where in its text the time is that the service made; -1 when it came with the document
 */
public record NewDocument(Document document, String id, int madeAt) {

    /** Always of this length, so that two completions of one body differ in nothing but these characters. */
    private static final DateTimeFormatter UTC_MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);

    private static final int TIME_LENGTH = "2026-11-21T00:54:09.050329Z".length();

    /**
     * A document that is stored under the id in its path.
     *
     * @throws dev.bobbin.problem.ProblemException when it has another id
     */
    public static NewDocument named(String idInPath, Document sent) {
        String idInBody = Objects.requireNonNullElse(sent.string("id"), idInPath);
        if (sent.nulls().contains("id") || !idInBody.equals(idInPath)) {
            throw INVALID_REQUEST.because("The path says " + idInPath + ", and the body's id is " + sent.string("id"));
        }
        return new NewDocument(sent, idInPath, -1);
    }

    /**
     * Completes {@code sent}. A document that has both {@code id} and {@code created_at} is left untouched.
     *
     * @param prefix of an id to be made
     * @param context members that the path gives, such as {@code thread_id}; an incomplete document gets those it lacks
     */
    public static NewDocument of(Document sent, String prefix, Map<String, String> context, Clock clock) {
        String id = sent.string("id");
        OffsetDateTime createdAt = sent.createdAt();
        if (id != null) {
            Ids.check("id", id);
            if (createdAt != null) {
                return new NewDocument(sent, id, -1);
            }
        }
        Map<String, String> missing = new LinkedHashMap<>();
        if (id == null) {
            id = Ids.fresh(prefix);
            missing.put("id", id);
        }
        context.forEach((name, value) -> {
            if (sent.string(name) == null) {
                missing.put(name, value);
            }
        });
        if (createdAt != null) {
            return new NewDocument(sent.with(missing, createdAt), id, -1);
        }
        OffsetDateTime now = clock.instant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
        String time = UTC_MICROS.format(now);
        missing.put("created_at", time);
        Document completed = sent.with(missing, now);
        return new NewDocument(completed, id, completed.text().indexOf(time));
    }

    /** Whether {@code stored} may come from the same body: it is equal, except for a time that the service made. */
    public boolean repeats(String stored) {
        String text = document.text();
        if (madeAt < 0 || stored.length() != text.length()) {
            return stored.equals(text);
        }
        int afterTime = madeAt + TIME_LENGTH;
        return stored.regionMatches(0, text, 0, madeAt)
                && stored.regionMatches(afterTime, text, afterTime, text.length() - afterTime);
    }
}
