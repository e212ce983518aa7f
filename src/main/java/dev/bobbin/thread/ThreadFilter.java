package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which of an owner's threads are meant.
 *
 * @param status null for any
 * @param archived null for both
 * @param metadata the texts that members of the metadata have
 * @param title how titles begin, in upper or lower case; null for any
 * @param kind the only one that is listed
 */
public record ThreadFilter(
        @Nullable String status,
        @Nullable Boolean archived,
        Map<String, String> metadata,
        @Nullable String title,
        TimeRange created,
        TimeRange active,
        String kind) {

    /** For {@link dev.bobbin.http.MoreParameters}. */
    public static final String PARAMETERS =
            "status,archived,title,kind,metadata.,created_at[gt],created_at[gte],created_at[lt],"
                    + "created_at[lte],active_at[gt],active_at[gte],active_at[lt],active_at[lte]";

    private static final String METADATA = "metadata.";
    private static final List<String> STATUSES = List.of("active", "locked", "closed");

    /** Reads {@link #PARAMETERS}; without {@code archived}, archived threads are left out. */
    public static ThreadFilter of(MultiMap query) {
        String status = query.get("status");
        if (status != null && !STATUSES.contains(status)) {
            throw INVALID_REQUEST.because("status must be active, locked or closed");
        }
        Map<String, String> metadata = new TreeMap<>();
        for (String name : query.names()) {
            if (name.startsWith(METADATA)) {
                metadata.put(name.substring(METADATA.length()), query.get(name));
            }
        }
        return new ThreadFilter(
                status,
                archived(query.get("archived")),
                metadata,
                query.get("title"),
                TimeRange.of("created_at", query),
                TimeRange.of("active_at", query),
                ThreadKind.listed(query.get("kind")));
    }

    /** Whether this is what a list of its kind without filters has. */
    boolean isDefault() {
        return status == null
                && Boolean.FALSE.equals(archived)
                && metadata.isEmpty()
                && title == null
                && created.isAll()
                && active.isAll();
    }

    private static @Nullable Boolean archived(@Nullable String text) {
        if (text == null) {
            return false;
        }
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            case "any" -> null;
            default -> throw INVALID_REQUEST.because("archived must be true, false or any");
        };
    }
}
