package dev.bobbin.problem;

import io.netty.handler.codec.DecoderException;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import org.jboss.logging.Logger;

/** Failures before or beside the resources: credentials, the size of a body, a path that nobody serves. */
@ApplicationScoped
class ProblemRoutes {

    private static final Logger LOG = Logger.getLogger(ProblemRoutes.class);

    /** How long the rest of a refused body is taken in and thrown away, so that its sender gets to read the answer. */
    private static final long DRAIN_MILLIS = 2_000;

    void register(@Observes Router router) {
        // after the one that gives the request its id; Quarkus' own, which answers with an error page, stands last
        router.route().order(Integer.MIN_VALUE + 1).failureHandler(ProblemRoutes::failed);
        router.route().order(Integer.MAX_VALUE).handler(http -> answer(http, Problem.ofStatus(404)));
    }

    private static void failed(RoutingContext http) {
        Throwable failure = http.failure();
        if (failure instanceof VertxException
                || failure instanceof IOException
                || failure instanceof DecoderException) {
            // the connection broke in the middle of a body, or the body its own framing: nothing of ours failed
            LOG.debugf(failure, "A request ended early");
            answer(http, Problem.ofStatus(400));
            return;
        }
        answer(http, failure == null ? Problem.ofStatus(http.statusCode()) : Problem.of(failure));
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
        problem.headers().forEach(response::putHeader);
        response.setStatusCode(problem.status()).putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
        String body = problem.json(Problem.requestId(http));
        if (request.isEnded() || !announcesBody(request)) {
            response.end(body);
            return;
        }
        // What is still to come would be taken for the next request, so the connection must go; but not before its
        // sender
        // has sent enough to look for the answer: a connection closed at once is reset, and the answer lost.
        response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        request.handler(ignored -> {}).endHandler(end -> request.connection().close());
        request.resume();
        response.end(body);
        http.vertx().setTimer(DRAIN_MILLIS, timer -> request.connection().close());
    }

    private static boolean announcesBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }
}
