package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.compression.JdkZlibDecoder;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** The bytes of a body in pieces, decompressed only when they are asked for: they may become a thousand times as many. */
final class BodyPieces {

    private static final int PIECE = 1 << 15;

    /** Becomes 264 KB at most. */
    private static final int COMPRESSED_PIECE = 1 << 8;

    private final @Nullable EmbeddedChannel gunzip;
    private Buffer chunk = Buffer.buffer();
    private int at;

    BodyPieces(boolean gzip) {
        // a gzip file may consist of several
        gunzip = gzip ? new EmbeddedChannel(new JdkZlibDecoder(true, 0)) : null;
    }

    /** Takes what has arrived, after all of the chunk before was taken. */
    void add(Buffer arrived) {
        chunk = arrived;
        at = 0;
    }

    /**
     * The next bytes; none if more has to arrive.
     *
     * @throws dev.bobbin.problem.ProblemException if they cannot be decompressed
     */
    Buffer next() {
        if (gunzip == null) {
            return take(PIECE);
        }
        Buffer found = Buffer.buffer();
        while (found.length() == 0 && at < chunk.length()) {
            try {
                gunzip.writeInbound(
                        Unpooled.wrappedBuffer(take(COMPRESSED_PIECE).getBytes()));
            } catch (DecompressionException malformed) {
                throw INVALID_REQUEST.because("The body is no gzip, although its Content-Encoding says so");
            }
            for (ByteBuf bytes = gunzip.readInbound(); bytes != null; bytes = gunzip.readInbound()) {
                found.appendBytes(ByteBufUtil.getBytes(bytes));
                bytes.release();
            }
        }
        return found;
    }

    private Buffer take(int most) {
        int to = Math.min(chunk.length(), at + most);
        Buffer taken = chunk.slice(at, to);
        at = to;
        return taken;
    }

    /** Gives native memory back. */
    void close() {
        chunk = Buffer.buffer();
        at = 0;
        if (gunzip != null) {
            gunzip.finishAndReleaseAll();
        }
    }
}
