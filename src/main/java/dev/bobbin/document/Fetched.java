package dev.bobbin.document;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * The answer that a statement brought, or how large it would be.
 *
 * @param json the answer's parts in their order; none when its documents are larger than {@link FetchLimit#fetch}
 * @param bytes how many bytes of documents it has, or would have
 */
public record Fetched(List<Buffer> json, long bytes) {

    /** Documents of so many bytes are there, and were not fetched. */
    public static Fetched tooLarge(long bytes) {
        return new Fetched(List.of(), bytes);
    }

    public boolean isComplete() {
        return !json.isEmpty();
    }
}
