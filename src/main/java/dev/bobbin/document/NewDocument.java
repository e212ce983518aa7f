package dev.bobbin.document;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document to be stored, with the id and the time that its sender may have left to the service.
 *
 * @param madeAt where in its text the time is that the service made; -1 when it came with the document
 */
public record NewDocument(Document document, String id, int madeAt) {

    /** Always of this length, so that a repeated body differs only in these characters. */
    private static final DateTimeFormatter UTC_MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);

    private static final int TIME_LENGTH = "2026-11-21T00:54:09.050329Z".length();

    /**
     * A document that is stored under the id in its path.
     *
     * @throws dev.bobbin.problem.ProblemException when it has another id
     */
    public static NewDocument named(String idInPath, Document sent) {
        String idInBody = sent.strings().getOrDefault("id", idInPath);
        if (!idInPath.equals(idInBody)) {
            throw INVALID_REQUEST.because("The path says " + idInPath + ", and the body's id is " + idInBody);
        }
        return new NewDocument(sent, idInPath, -1);
    }

    /**
     * Completes a document. One with an {@code id} and {@code created_at} stays as it is.
     *
     * @param prefix of an id to be made
     * @param context members from the path, such as {@code thread_id}, for an incomplete document that lacks them
     * @throws dev.bobbin.problem.ProblemException when an incomplete document has null for an id or a time, which would win
     *     over the value before it
     */
    public static NewDocument of(Document sent, String prefix, Map<String, String> context, NewIds ids, Clock clock) {
        String id = sent.string("id");
        OffsetDateTime createdAt = sent.createdAt();
        if (id != null) {
            Ids.check("id", id);
            if (createdAt != null) {
                return new NewDocument(sent, id, -1);
            }
        }
        if (sent.strings().containsValue(null)) {
            throw INVALID_REQUEST.because(
                    "id, thread_id and created_at must not be null; leave them out to have them made");
        }
        Map<String, String> missing = new LinkedHashMap<>();
        if (id == null) {
            id = ids.next(prefix);
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
        OffsetDateTime now = now(clock);
        String time = format(now);
        missing.put("created_at", time);
        Document completed = sent.with(missing, now);
        return new NewDocument(completed, id, completed.text().indexOf(time));
    }

    /** A document of an id and a time only. */
    public static NewDocument bare(String id, Clock clock) {
        OffsetDateTime now = now(clock);
        Document empty = new Document("{}", new HashMap<>(), null);
        Map<String, String> members = new LinkedHashMap<>();
        members.put("id", id);
        members.put("created_at", format(now));
        return new NewDocument(empty.with(members, now), id, -1);
    }

    /** The present time, to the microsecond that Postgres keeps. */
    public static OffsetDateTime now(Clock clock) {
        return clock.instant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    /** A time as the service writes it. */
    public static String format(OffsetDateTime time) {
        return UTC_MICROS.format(time.withOffsetSameInstant(ZoneOffset.UTC));
    }

    /** Whether the time of its row is left to the database: no sender gave it one. */
    public boolean leavesTime() {
        return madeAt >= 0 || document.createdAt() == null;
    }

    /** How many characters, as Postgres counts them, come before the time that the service made; null without one. */
    public @Nullable Integer timeOffset() {
        return madeAt < 0 ? null : document.text().codePointCount(0, madeAt);
    }

    /** Its text with another time in place of the one that the service made. */
    public String withTime(String time) {
        String text = document.text();
        return text.substring(0, madeAt) + time + text.substring(madeAt + TIME_LENGTH);
    }

    /** Whether {@code stored} may come from the same body: it differs at most in a time that the service made. */
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
