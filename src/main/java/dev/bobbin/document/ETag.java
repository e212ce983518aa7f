package dev.bobbin.document;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The opaque tag of a document, without its quotes: the first 16 bytes of the SHA-256 of its UTF-8, in hex. */
public final class ETag {

    /** The same in SQL, of the column {@code document}. */
    public static final String SQL = "encode(substr(sha256(convert_to(document, 'UTF8')), 1, 16), 'hex')";

    private static final int BYTES = 16;

    private ETag() {}

    public static String of(Buffer document) {
        return of(document.getByteBuf().nioBuffer());
    }

    public static String of(String document) {
        return of(ByteBuffer.wrap(document.getBytes(StandardCharsets.UTF_8)));
    }

    private static String of(ByteBuffer document) {
        MessageDigest digest = sha256();
        digest.update(document);
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
