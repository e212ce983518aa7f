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
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
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

    private static final long FORM_LIMIT = 1 << 14;

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
        } else if (CallPath.of(http.normalizedPath()).isStream()) {
            if (isInOtherCharset(request) || isEncoded(request) && !isGzip(request)) {
                http.fail(415);
            } else {
                // Quarkus would compare it with the limit of other bodies
                request.headers().remove(HttpHeaders.CONTENT_LENGTH);
                http.next();
            }
        } else {
            read(http, limit);
        }
    }

    /** Reads the body of a form, of a few kilobytes at most, and continues the request. */
    public void readForm(RoutingContext http) {
        read(http, FORM_LIMIT);
    }

    private void read(RoutingContext http, long most) {
        HttpServerRequest request = http.request();
        if (isEncoded(request) || isInOtherCharset(request)) {
            http.fail(415);
        } else {
            String length = request.getHeader("content-length");
            // 19 digits and more do not fit into a long
            if (length != null && (length.length() > 18 || Long.parseLong(length) > most)) {
                http.fail(RequestBody.longerThan(most));
            } else {
                RequestBody.read(http, budgets, most, length == null ? -1 : Integer.parseInt(length));
            }
        }
    }

    /** A compressed body, or one in another character set, could not be returned as it came. */
    private static boolean isEncoded(HttpServerRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        return encoding != null && !encoding.equalsIgnoreCase("identity");
    }

    static boolean isGzip(HttpServerRequest request) {
        return "gzip".equalsIgnoreCase(request.getHeader(HttpHeaders.CONTENT_ENCODING));
    }

    private static boolean isInOtherCharset(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.indexOf(';') >= 0 && NOT_UTF8.matcher(type).find();
    }

    /**
     * Reads a body of lines, however many, and does {@code work} with some after the other: each has its line break, but for the
     * last one of the body maybe.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when the work fails or the body cannot be read
     */
    public Uni<Void> lines(RoutingContext http, Function<Buffer, Uni<Void>> work) {
        // a document with line breaks is a string in its line, in which every quote is escaped
        return RequestLines.read(http, budgets, limit + limit / 2 + MemoryBudgets.SMALL, work);
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
        return parse(http, body.size(), () -> read.apply(utf8(body.take())));
    }

    /** Parses so many bytes, a large number on a worker thread. */
    public static <T> Uni<T> parse(RoutingContext http, int size, Supplier<T> parser) {
        Uni<T> result = Uni.createFrom().item(parser);
        if (size < LARGE) {
            return result;
        }
        Context caller = http.vertx().getOrCreateContext();
        return result.runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .emitOn(task -> caller.runOnContext(ignored -> task.run()));
    }

    /** @throws dev.bobbin.problem.ProblemException when these bytes are not UTF-8 */
    public static String utf8(Buffer bytes) {
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
