package dev.bobbin.http;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** Compresses a response piece by piece. */
final class GzipPieces {

    private final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    private final GZIPOutputStream gzip;

    GzipPieces() {
        try {
            gzip = new GZIPOutputStream(compressed);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** What there is to send for this piece, maybe nothing yet. */
    Buffer of(Buffer piece) {
        try {
            gzip.write(piece.getBytes());
            return take();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** What is left to send; gives the native memory back. */
    Buffer end() {
        try {
            gzip.close();
            return take();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private Buffer take() {
        Buffer taken = Buffer.buffer(compressed.toByteArray());
        compressed.reset();
        return taken;
    }
}
