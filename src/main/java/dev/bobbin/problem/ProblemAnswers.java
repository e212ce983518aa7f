package dev.bobbin.problem;

import io.netty.handler.codec.DecoderException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Answers failures of resource methods, and those before them, such as a body that is too large. */
@ApplicationScoped
class ProblemAnswers {

    private static final Logger LOG = Logger.getLogger(ProblemAnswers.class);

    /** How long the rest of a rejected body is received and dropped, until the client reads the response. */
    private static final long DRAIN_MILLIS = 2_000;

    /** Of resource methods. The other classes have mappers of the framework, which are more specific than {@code Throwable}. */
    @ServerExceptionMapper({
        Throwable.class,
        WebApplicationException.class,
        NotFoundException.class,
        AuthenticationFailedException.class,
        UnauthorizedException.class,
        ForbiddenException.class
    })
    Response any(Throwable failure, RoutingContext http) {
        ErrorAnswer error = Problem.of(failure).answer(http.request(), requestId(http));
        Response.ResponseBuilder answer =
                Response.status(error.status()).type(error.mediaType()).entity(error.json());
        error.headers().forEach(answer::header);
        return answer.build();
    }

    void register(@Observes Router router) {
        // after RequestId, and before Quarkus' own, which responds with an error page
        router.route().order(Integer.MIN_VALUE + 1).failureHandler(ProblemAnswers::failed);
        router.route().order(Integer.MAX_VALUE).handler(http -> answer(http, Problem.ofStatus(404)));
    }

    private static void failed(RoutingContext http) {
        Throwable failure = http.failure();
        if (failure instanceof VertxException
                || failure instanceof IOException
                || failure instanceof DecoderException) {
            // the connection or the framing of the body is broken
            LOG.debugf(failure, "A request ended early");
            answer(http, Problem.ofStatus(400));
        } else {
            answer(http, failure == null ? Problem.ofStatus(http.statusCode()) : Problem.of(failure));
        }
    }

    private static void answer(RoutingContext http, Problem problem) {
        HttpServerRequest request = http.request();
        HttpServerResponse response = http.response();
        if (response.closed()) {
            return;
        }
        if (response.ended() || response.headWritten()) {
            request.connection().close();
            return;
        }
        ErrorAnswer error = problem.answer(request, requestId(http));
        error.headers().forEach(response::putHeader);
        response.setStatusCode(error.status()).putHeader(HttpHeaders.CONTENT_TYPE, error.mediaType());
        if (!request.isEnded() && announcesBody(request)) {
            closeAfterBody(http);
        }
        response.end(error.json());
    }

    /**
     * The rest of the body would be taken for the next request, so the connection has to be closed. If it were closed at once,
     * it would be reset, and a client that is still sending would not see the response.
     */
    private static void closeAfterBody(RoutingContext http) {
        HttpServerRequest request = http.request();
        http.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        request.handler(ignored -> {}).endHandler(end -> request.connection().close());
        request.resume();
        http.vertx().setTimer(DRAIN_MILLIS, timer -> request.connection().close());
    }

    private static boolean announcesBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }

    private static @Nullable String requestId(RoutingContext http) {
        return http.response().headers().get("x-request-id");
    }
}
