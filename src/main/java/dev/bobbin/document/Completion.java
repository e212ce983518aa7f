package dev.bobbin.document;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A document to be added, with what its sender left to the service: the id, the id of its thread, the time.
 *
 * @param document the document to store
 * @param madeAt where in its text the time stands that the service made; -1 when it came with the document
 */
public record Completion(Document document, String id, int madeAt) {

    /** Always of this length, so that two completions of one body differ in nothing but these characters. */
    private static final DateTimeFormatter UTC_MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);

    private static final int TIME_LENGTH = "2026-11-21T00:54:09.050329Z".length();

    /**
     * Completes {@code sent}. A document that has both {@code id} and {@code created_at} is left untouched.
     *
     * @param prefix of an id to be made
     * @param context members that the path gives, such as {@code thread_id}; added to an incomplete document that has them
     *     not
     */
    public static Completion of(Document sent, String prefix, Map<String, String> context, Clock clock) {
        String id = sent.string("id");
        if (id != null) {
            Ids.check("id", id);
            if (sent.createdAt() != null) {
                return new Completion(sent, id, -1);
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
        if (sent.createdAt() != null) {
            return new Completion(sent.with(missing, sent.createdAt()), id, -1);
        }
        OffsetDateTime now = clock.instant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
        String time = UTC_MICROS.format(now);
        missing.put("created_at", time);
        Document completed = sent.with(missing, now);
        return new Completion(completed, id, completed.text().indexOf(time));
    }

    /** Whether {@code stored} may have come of the same body: it is equal, but for a time that the service made. */
    public boolean repeats(String stored) {
        String text = document.text();
        if (madeAt < 0 || stored.length() != text.length()) {
            return stored.equals(text);
        }
        int behind = madeAt + TIME_LENGTH;
        return stored.regionMatches(0, text, 0, madeAt)
                && stored.regionMatches(behind, text, behind, text.length() - behind);
    }
}
