package dev.bobbin.document;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * The response that a statement returned, or how large it would be.
 *
 * @param json its parts; none when its documents are larger than {@link FetchLimit#fetch}
 * @param bytes of its documents
 */
public record Fetched(List<Buffer> json, long bytes) {

    public static Fetched tooLarge(long bytes) {
        return new Fetched(List.of(), bytes);
    }

    public boolean isComplete() {
        return !json.isEmpty();
    }
}
