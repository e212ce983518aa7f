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
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Responses with documents, which are passed through as text. */
public final class Answers {

    private static final Pattern PREFERS_MINIMAL =
            Pattern.compile("(^|,)\\s*return=\"?minimal\"?\\s*(,|$)", Pattern.CASE_INSENSITIVE);

    private Answers() {}

    /** Documents that were read, as parts of one JSON text. */
    static Response documents(List<Buffer> json) {
        return Response.ok(entity(json), MediaType.APPLICATION_JSON_TYPE).build();
    }

    public static Response noContent() {
        return Response.noContent().build();
    }

    /**
     * Answers a write: 201 for a new document, otherwise 200, with the stored document. With {@code Prefer: return=minimal}
     * (RFC 7240) there is no body, and 204 instead of 200.
     *
     * @param json parts of one JSON text
     */
    public static Response stored(RoutingContext http, boolean created, String... json) {
        List<String> prefer = http.request().headers().getAll("prefer");
        if (!prefer.isEmpty()
                && PREFERS_MINIMAL.matcher(String.join(",", prefer)).find()) {
            return Response.status(created ? 201 : 204)
                    .header("Preference-Applied", "return=minimal")
                    .build();
        }
        List<Buffer> parts = new ArrayList<>(json.length);
        for (String part : json) {
            parts.add(utf8(part));
        }
        return Response.status(created ? 201 : 200)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(entity(parts))
                .build();
    }

    /** As {@link #stored}; for a new document {@code Location} has its path, also if the service made the id. */
    public static Response added(RoutingContext http, boolean created, String json, String id) {
        Response answer = stored(http, created, json);
        if (created) {
            String segment = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
            answer.getHeaders().putSingle("Location", http.normalizedPath() + "/" + segment);
        }
        return answer;
    }

    private static Object entity(List<Buffer> json) {
        if (json.size() == 1 && json.get(0).length() <= MemoryBudgets.SMALL) {
            return json.get(0);
        }
        int length = json.stream().mapToInt(Buffer::length).sum();
        if (length > MemoryBudgets.SMALL) {
            return new LargeAnswerWriter.Pieces(json, length);
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
