package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes in the body of a write, whole and bounded, before a resource is called. Quarkus REST's own reading answers an
 * over-long chunked body with an empty 413, and hands everything over 10 kB to a worker thread.
 */
@ApplicationScoped
public class Incoming {

    /** From this size on a body is parsed on a worker: 1 MiB takes about 5 ms, which would delay a whole event loop. */
    private static final int LARGE = 1 << 20;

    private static final Logger LOG = Logger.getLogger(Incoming.class);

    private final Room room = new Room(Runtime.getRuntime().maxMemory());
    private final long limit;

    Incoming(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize limit) {
        // an array holds no more than an int can tell
        this.limit = Math.min(Math.min(limit.asLongValue(), room.size()), Integer.MAX_VALUE);
        if (this.limit < limit.asLongValue()) {
            LOG.infof(
                    "Bodies of more than %d bytes are refused: a heap of %d bytes has no room for the %d of "
                            + "QUARKUS_HTTP_LIMITS_MAX_BODY_SIZE. Give the process more memory if such bodies come",
                    this.limit, Runtime.getRuntime().maxMemory(), limit.asLongValue());
        }
    }

    void register(@Observes Filters filters) {
        filters.register(this::takeIn, FilterOrder.BODY);
    }

    private void takeIn(RoutingContext http) {
        HttpServerRequest request = http.request();
        boolean write =
                request.method().equals(HttpMethod.PUT) || request.method().equals(HttpMethod.POST);
        if (!write || !http.normalizedPath().startsWith("/v1/")) {
            http.next();
            return;
        }
        if (isEncoded(request)) {
            http.fail(415);
            return;
        }
        String length = request.getHeader("content-length");
        // 19 digits and more do not fit a long, and are too large all the same
        if (length != null && (length.length() > 18 || Long.parseLong(length) > limit)) {
            http.fail(Body.longerThan(limit));
            return;
        }
        Body.read(http, room, limit, length == null ? -1 : Integer.parseInt(length));
    }

    /**
     * What {@code work} does with what {@code read} makes of the request's body.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when the body is empty or not UTF-8
     */
    public static <T, R> Uni<R> of(RoutingContext http, Function<String, T> read, Function<T, Uni<? extends R>> work) {
        Body body = Body.of(http);
        return Uni.createFrom()
                .deferred(() -> read(http, body.use(), read).<R>flatMap(work))
                .onItemOrFailure()
                .invoke(body::release)
                .onCancellation()
                .invoke(body::releaseLater);
    }

    private static <T> Uni<T> read(RoutingContext http, Buffer body, Function<String, T> read) {
        if (body.length() == 0) {
            return Uni.createFrom().failure(INVALID_REQUEST.because("The body is empty; it must be a JSON document"));
        }
        Uni<T> result = Uni.createFrom().item(() -> read.apply(utf8(body.getBytes())));
        if (body.length() < LARGE) {
            return result;
        }
        Context caller = http.vertx().getOrCreateContext();
        return result.runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .emitOn(task -> caller.runOnContext(ignored -> task.run()));
    }

    /** Compressed, or in a character set of its own: bytes that could not be given back as they came. */
    private static boolean isEncoded(HttpServerRequest request) {
        String encoding = request.getHeader("content-encoding");
        return (encoding != null && !encoding.equalsIgnoreCase("identity"))
                || !isUtf8(request.getHeader("content-type"));
    }

    /** Whether the type names no character set but UTF-8, or as many clients spell it, UTF8. */
    private static boolean isUtf8(@Nullable String type) {
        if (type == null || type.indexOf(';') < 0) {
            return true;
        }
        for (String parameter : type.toLowerCase(Locale.ROOT).split(";", -1)) {
            String[] parts = parameter.split("=", 2);
            if (parts[0].strip().equals("charset") && parts.length == 2) {
                String charset = parts[1].strip().replace("\"", "");
                if (!charset.isEmpty() && !charset.equals("utf-8") && !charset.equals("utf8")) {
                    return false;
                }
            }
        }
        return true;
    }

    private static String utf8(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        // the quick decoder puts U+FFFD where bytes are malformed; only then is the strict one worth its time
        if (text.indexOf('\uFFFD') >= 0) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            } catch (CharacterCodingException malformed) {
                throw INVALID_REQUEST.because("The body is not valid UTF-8");
            }
        }
        return text;
    }
}
