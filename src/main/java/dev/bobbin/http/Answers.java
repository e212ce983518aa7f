package dev.bobbin.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** The forms of answers: documents are passed through as text, and a write's is left out if the client prefers that. */
public final class Answers {

    private static final String MINIMAL = "return=minimal";

    private static final Pattern PREFERS_MINIMAL =
            Pattern.compile("(^|,)\\s*return=\"?minimal\"?\\s*(,|$)", Pattern.CASE_INSENSITIVE);

    private Answers() {}

    /** Documents that were read, in parts of one JSON text. */
    static Response documents(List<Buffer> json) {
        return Response.ok(entity(json), MediaType.APPLICATION_JSON_TYPE).build();
    }

    public static Response noContent() {
        return Response.noContent().build();
    }

    /**
     * Answers a write: 201 for a new document and 200 otherwise, with the stored document; with
     * {@code Prefer: return=minimal} (RFC 7240) without a body, and then 204 in the place of 200.
     *
     * @param json parts of one JSON text
     */
    public static Response stored(RoutingContext http, boolean created, String... json) {
        if (http.request().headers().getAll("prefer").stream().anyMatch(PREFERS_MINIMAL.asPredicate())) {
            return Response.status(created ? 201 : 204)
                    .header("Preference-Applied", MINIMAL)
                    .build();
        }
        return Response.status(created ? 201 : 200)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(entity(Arrays.stream(json).map(Answers::utf8).toList()))
                .build();
    }

    /** As {@link #stored}; for a new one, {@code Location} says under which path, an id made by the service included. */
    public static Response added(RoutingContext http, boolean created, String json, String id) {
        Response answer = stored(http, created, json);
        if (created) {
            String segment = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
            answer.getHeaders().putSingle("Location", http.normalizedPath() + "/" + segment);
        }
        return answer;
    }

    private static Object entity(List<Buffer> json) {
        int length = json.stream().mapToInt(Buffer::length).sum();
        if (length > MemoryBudgets.SMALL) {
            return new LargeAnswerWriter.Pieces(json, length);
        }
        if (json.size() == 1) {
            return json.get(0);
        }
        Buffer whole = Buffer.buffer(length);
        json.forEach(whole::appendBuffer);
        return whole;
    }

    /** Java's own encoding would copy a large text twice. */
    private static Buffer utf8(String text) {
        int length = ByteBufUtil.utf8Bytes(text);
        ByteBuf bytes = Unpooled.buffer(length);
        ByteBufUtil.reserveAndWriteUtf8(bytes, text, length);
        return BufferImpl.buffer(bytes);
    }
}
