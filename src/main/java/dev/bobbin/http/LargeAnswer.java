package dev.bobbin.http;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** An answer that is sent piece by piece, and held no longer than that. */
final class LargeAnswer {

    /** What is copied to the connection at a time; twice of it is what the connection takes ahead of the client. */
    private static final int PIECE = 1 << 15;

    private final Queue<Buffer> parts;
    private final long length;
    private int position;

    /** Of the parts of a text, in their order. */
    LargeAnswer(List<Buffer> parts) {
        this.parts = new ArrayDeque<>(parts);
        this.length = parts.stream().mapToLong(Buffer::length).sum();
    }

    /** Its bytes in all. */
    long length() {
        return length;
    }

    /** The next piece; null when it is over. */
    @Nullable
    Buffer next() {
        Buffer part = parts.peek();
        if (part == null) {
            return null;
        }
        int end = Math.min(part.length(), position + PIECE);
        Buffer piece = part.slice(position, end);
        position = end;
        if (end == part.length()) {
            parts.remove();
            position = 0;
        }
        return piece;
    }
}
