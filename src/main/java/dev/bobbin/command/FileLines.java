package dev.bobbin.command;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** The lines of a stream, which may be compressed by gzip. Blank ones are passed over. */
final class FileLines {

    /** Longer than the line of any document that Bobbin stores. */
    private static final int MOST = 128 << 20;

    private static final int GZIP = 0x1f;

    private final InputStream in;
    private final byte[] chunk = new byte[1 << 16];
    private int at;
    private int end;
    private long number;

    FileLines(InputStream stream) throws IOException {
        InputStream buffered = new BufferedInputStream(stream, 1 << 16);
        buffered.mark(1);
        int first = buffered.read();
        buffered.reset();
        this.in = first == GZIP ? new GZIPInputStream(buffered, 1 << 16) : buffered;
    }

    /** The number of the last line, from 1 on. */
    long number() {
        return number;
    }

    /** The next line without its line break; null after the last. */
    @Nullable
    String next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean any = false;
        while (at < end || fill()) {
            any = true;
            int from = at;
            while (at < end && chunk[at] != '\n') {
                at++;
            }
            line.write(chunk, from, at - from);
            if (line.size() > MOST) {
                throw new IOException("it is longer than " + TextPrinter.bytes(MOST));
            }
            if (at < end) {
                at++;
                number++;
                String text = text(line);
                if (!text.isBlank()) {
                    return text;
                }
                line.reset();
                any = false;
            }
        }
        if (any) {
            number++;
        }
        return any ? text(line) : null;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(in.read(chunk), 0);
        return end > 0;
    }

    private static String text(ByteArrayOutputStream line) throws IOException {
        String text = line.toString(StandardCharsets.UTF_8);
        // also what stands in the place of malformed bytes
        if (text.indexOf('\ufffd') >= 0 && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), line.toByteArray())) {
            throw new IOException("it is not UTF-8");
        }
        return text;
    }
}
