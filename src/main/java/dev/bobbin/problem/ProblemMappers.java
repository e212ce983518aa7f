package dev.bobbin.problem;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Failures inside a resource method, or on the way to one. */
final class ProblemMappers {

    /** The framework's own mappers are more specific than {@code Throwable}, so each of theirs is named here. */
    @ServerExceptionMapper({
        Throwable.class,
        WebApplicationException.class,
        NotFoundException.class,
        AuthenticationFailedException.class,
        UnauthorizedException.class,
        ForbiddenException.class
    })
    Response any(Throwable failure, RoutingContext http) {
        Problem problem = Problem.of(failure);
        Response.ResponseBuilder answer = Response.status(problem.status())
                .type(Problem.MEDIA_TYPE)
                .entity(problem.json(Problem.requestId(http)));
        problem.headers().forEach(answer::header);
        return answer.build();
    }
}
