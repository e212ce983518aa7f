package dev.bobbin.http;

import dev.bobbin.document.ETag;
import dev.bobbin.document.Precondition;
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

    /** What was read, as parts of one JSON text. */
    public static Response read(List<Buffer> json) {
        return ok(json).build();
    }

    /** One document that was read, with its {@code ETag}; 304 without it, if {@code If-None-Match} says that it is known. */
    static Response document(RoutingContext http, Buffer json) {
        String tag = ETag.of(json);
        boolean known = Precondition.isKnown(http.request().headers(), tag);
        return tagged(known ? Response.status(304) : ok(List.of(json)), tag).build();
    }

    public static Response noContent() {
        return Response.noContent().build();
    }

    /**
     * Answers a write: 201 for a new document, otherwise 200, with the stored document and its {@code ETag}. With
     * {@code Prefer: return=minimal} (RFC 7240) there is no body, and 204 instead of 200.
     */
    public static Response stored(RoutingContext http, boolean created, String document) {
        Buffer json = utf8(document);
        return tagged(written(http, created, List.of(json)), ETag.of(json)).build();
    }

    /** As {@link #stored}, with several documents as {@code data}. */
    public static Response stored(RoutingContext http, boolean created, List<String> documents) {
        List<Buffer> json = new ArrayList<>(2 * documents.size() + 2);
        json.add(utf8("{\"data\":["));
        for (String document : documents) {
            if (json.size() > 1) {
                json.add(utf8(","));
            }
            json.add(utf8(document));
        }
        json.add(utf8("]}"));
        return written(http, created, json).build();
    }

    /** As {@link #stored}; for a new document {@code Location} has its path, also if the service made the id. */
    public static Response added(RoutingContext http, boolean created, String document, String id) {
        return added(http, created, document, http.normalizedPath(), id);
    }

    /** The same for a new document below another path than the request's. */
    public static Response added(RoutingContext http, boolean created, String document, String path, String id) {
        Response answer = stored(http, created, document);
        if (created) {
            String segment = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
            answer.getHeaders().putSingle("Location", path + "/" + segment);
        }
        return answer;
    }

    private static Response.ResponseBuilder written(RoutingContext http, boolean created, List<Buffer> json) {
        List<String> prefer = http.request().headers().getAll("prefer");
        if (!prefer.isEmpty()
                && PREFERS_MINIMAL.matcher(String.join(",", prefer)).find()) {
            return Response.status(created ? 201 : 204).header("Preference-Applied", "return=minimal");
        }
        return ok(json).status(created ? 201 : 200);
    }

    private static Response.ResponseBuilder ok(List<Buffer> json) {
        return Response.ok(entity(json), MediaType.APPLICATION_JSON_TYPE);
    }

    private static Response.ResponseBuilder tagged(Response.ResponseBuilder answer, String tag) {
        return answer.header("ETag", '"' + tag + '"');
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

    /** The text's bytes. Java's own encoding would copy a large text twice. */
    public static Buffer utf8(CharSequence text) {
        int length = ByteBufUtil.utf8Bytes(text);
        ByteBuf bytes = Unpooled.buffer(length);
        ByteBufUtil.reserveAndWriteUtf8(bytes, text, length);
        return BufferImpl.buffer(bytes);
    }
}
