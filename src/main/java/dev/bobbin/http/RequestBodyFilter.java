package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.Mount;
import io.netty.buffer.ByteBufUtil;
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
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Reads the body of a write, whole and bounded, before the resource is called. Quarkus REST's own reading responds to a chunked
 * body that is too long with an empty 413, and hands everything over 10 kB to a worker thread.
 */
@ApplicationScoped
public class RequestBodyFilter {

    /** Larger bodies are parsed on a worker thread: 1 MiB takes about 5 ms, which would delay the whole event loop. */
    private static final int LARGE = 1 << 20;

    /** In a content type with a charset; many clients spell it utf8. */
    private static final Pattern NOT_UTF8 =
            Pattern.compile(";\\s*charset\\s*=[\\s\"]*+(?!utf-?8[\\s\";]|utf-?8$)[^;]", Pattern.CASE_INSENSITIVE);

    private static final Set<HttpMethod> WITH_BODY = Set.of(HttpMethod.PUT, HttpMethod.POST, HttpMethod.PATCH);

    private static final Logger LOG = Logger.getLogger(RequestBodyFilter.class);

    private final MemoryBudgets budgets;
    private final long limit;

    RequestBodyFilter(
            @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize limit, MemoryBudgets budgets) {
        this.budgets = budgets;
        this.limit = Math.min(Math.min(limit.asLongValue(), budgets.largest()), Integer.MAX_VALUE);
        if (this.limit < limit.asLongValue()) {
            LOG.infof(
                    "Bodies of more than %d bytes are refused: a heap of %d bytes has no room for the %d of "
                            + "QUARKUS_HTTP_LIMITS_MAX_BODY_SIZE. Give the process more memory if such bodies come",
                    this.limit, Runtime.getRuntime().maxMemory(), limit.asLongValue());
        }
    }

    void register(@Observes Filters filters) {
        filters.register(this::read, FilterOrder.BODY);
    }

    private void read(RoutingContext http) {
        HttpServerRequest request = http.request();
        if (!WITH_BODY.contains(request.method()) || !Mount.isCall(http.normalizedPath())) {
            http.next();
        } else if (isEncoded(request)) {
            http.fail(415);
        } else {
            String length = request.getHeader("content-length");
            // 19 digits and more do not fit into a long
            if (length != null && (length.length() > 18 || Long.parseLong(length) > limit)) {
                http.fail(RequestBody.longerThan(limit));
            } else {
                RequestBody.read(http, budgets, limit, length == null ? -1 : Integer.parseInt(length));
            }
        }
    }

    /** Whether a body is compressed, or in another character set, and could not be returned as it came. */
    private static boolean isEncoded(HttpServerRequest request) {
        String encoding = request.getHeader("content-encoding");
        String type = request.getHeader("content-type");
        return (encoding != null && !encoding.equalsIgnoreCase("identity"))
                || (type != null
                        && type.indexOf(';') >= 0
                        && NOT_UTF8.matcher(type).find());
    }

    /**
     * Does {@code work} with what {@code read} makes of the request's body, whose memory stays reserved until the response is
     * sent.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when the body is empty or not UTF-8
     */
    public static <T, R> Uni<R> of(RoutingContext http, Function<String, T> read, Function<T, Uni<? extends R>> work) {
        if (RequestBody.of(http).size() == 0) {
            return Uni.createFrom().failure(INVALID_REQUEST.because("The body is empty; it must be a JSON document"));
        }
        return ofAny(http, read, work);
    }

    /** As {@link #of}; an empty body is an empty text. */
    public static <T, R> Uni<R> ofAny(
            RoutingContext http, Function<String, T> read, Function<T, Uni<? extends R>> work) {
        RequestBody body = RequestBody.of(http);
        return body.memory().during(() -> read(http, body, read).flatMap(work));
    }

    /** Returns a document that was made of a stored one, if it is not larger than a body may be. */
    public String checkSize(String document) {
        if (ByteBufUtil.utf8Bytes(document) > limit) {
            throw RequestBody.longerThan(limit);
        }
        return document;
    }

    private static <T> Uni<T> read(RoutingContext http, RequestBody body, Function<String, T> read) {
        Uni<T> result = Uni.createFrom().item(() -> read.apply(utf8(body.take())));
        if (body.size() < LARGE) {
            return result;
        }
        Context caller = http.vertx().getOrCreateContext();
        return result.runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .emitOn(task -> caller.runOnContext(ignored -> task.run()));
    }

    private static String utf8(Buffer bytes) {
        String text = bytes.toString(StandardCharsets.UTF_8);
        // the fast decoder replaces malformed bytes by U+FFFD, which may also have been sent
        if (text.indexOf('\uFFFD') >= 0) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(bytes.getByteBuf().nioBuffer());
            } catch (CharacterCodingException malformed) {
                throw INVALID_REQUEST.because("The body is not valid UTF-8");
            }
        }
        return text;
    }
}
