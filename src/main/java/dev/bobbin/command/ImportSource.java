package dev.bobbin.command;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The lines of an export, as they are or as they are made of those of another program. */
final class ImportSource {

    private final FileLines lines;
    private final @Nullable Function<String, List<String>> conversion;
    private final Deque<String> converted = new ArrayDeque<>();

    /** @param conversion makes lines of one; null if they are of an export already */
    ImportSource(FileLines lines, @Nullable Function<String, List<String>> conversion) {
        this.lines = lines;
        this.conversion = conversion;
    }

    /** The next line; null after the last. */
    @Nullable
    String next() throws IOException {
        if (conversion == null) {
            return lines.next();
        }
        while (converted.isEmpty()) {
            String line = lines.next();
            if (line == null) {
                return null;
            }
            converted.addAll(conversion.apply(line));
        }
        return converted.remove();
    }

    /** The number of the line in the file. */
    long number() {
        return lines.number();
    }

    /** Whether a stream without a last line is incomplete. */
    boolean hasEnd() {
        return conversion == null;
    }
}
