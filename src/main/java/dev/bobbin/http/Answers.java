package dev.bobbin.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The forms of answers: documents are passed through as text, and a write's is left out for whoever prefers that. */
public final class Answers {

    private static final String MINIMAL = "return=minimal";

    private static final int PIECE = 1 << 15;

    private Answers() {}

    /** Documents that were read, in parts of one JSON text. */
    static Response documents(List<Buffer> json) {
        return Response.ok(entity(json), MediaType.APPLICATION_JSON_TYPE).build();
    }

    public static Response noContent() {
        return Response.noContent().build();
    }

    /**
     * Answers a write: 201 for what is new and 200 for what was there, with the stored document; with
     * {@code Prefer: return=minimal} (RFC 7240) without a body, and then 204 in the place of 200.
     *
     * @param json parts of one JSON text
     */
    public static Response stored(RoutingContext http, boolean created, String... json) {
        if (prefersMinimal(http)) {
            return Response.status(created ? 201 : 204)
                    .header("Preference-Applied", MINIMAL)
                    .build();
        }
        return Response.status(created ? 201 : 200)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(entity(Arrays.stream(json).flatMap(Answers::encoded).toList()))
                .build();
    }

    /** As {@link #stored}; where it is new, {@code Location} says under which path, the id made by the service included. */
    public static Response added(RoutingContext http, boolean created, String json, String collection, String id) {
        Response answer = stored(http, created, json);
        if (created) {
            answer.getHeaders().putSingle("Location", collection + "/" + encode(id));
        }
        return answer;
    }

    private static Object entity(List<Buffer> json) {
        int length = json.stream().mapToInt(Buffer::length).sum();
        if (length > MemoryBudgets.SMALL) {
            return new LargeAnswer(json);
        }
        if (json.size() == 1) {
            return json.get(0);
        }
        Buffer whole = Buffer.buffer(length);
        json.forEach(whole::appendBuffer);
        return whole;
    }

    /** In pieces, since encoding a whole text makes two copies of it. */
    private static Stream<Buffer> encoded(String text) {
        if (text.length() <= PIECE) {
            return Stream.of(Buffer.buffer(text));
        }
        Stream.Builder<Buffer> pieces = Stream.builder();
        int end;
        for (int start = 0; start < text.length(); start = end) {
            end = Math.min(text.length(), start + PIECE);
            if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
                end--;
            }
            pieces.add(Buffer.buffer(text.substring(start, end)));
        }
        return pieces.build();
    }

    private static String encode(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static boolean prefersMinimal(RoutingContext http) {
        for (String header : http.request().headers().getAll("prefer")) {
            for (String preference : header.split(",", -1)) {
                if (preference
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .replace("\"", "")
                        .equals(MINIMAL)) {
                    return true;
                }
            }
        }
        return false;
    }
}
