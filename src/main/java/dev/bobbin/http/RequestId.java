package dev.bobbin.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;

/** Gives every request an id, which is in its answer, in its problem and in each of its log lines. */
@ApplicationScoped
class RequestId {

    static final String HEADER = "x-request-id";

    /** The name under which log formats find it: {@code %X{request_id}}. */
    private static final String MDC_KEY = "request_id";

    /** What may come from outside into the log: no line breaks, no terminal escapes, no kilobytes. */
    private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");

    void register(@Observes Filters filters) {
        filters.register(RequestId::give, FilterOrder.REQUEST_ID);
    }

    /** For a request that fails before it comes to a filter, such as one without a path. */
    void register(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).failureHandler(RequestId::give);
    }

    private static void give(RoutingContext http) {
        if (!http.response().headers().contains(HEADER)) {
            String asked = http.request().getHeader(HEADER);
            String id = asked != null && WELL_FORMED.matcher(asked).matches() ? asked : fresh();
            http.response().putHeader(HEADER, id);
            MDC.put(MDC_KEY, id);
        }
        http.next();
    }

    private static String fresh() {
        // it guards nothing, so it may be guessable
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return HexFormat.of().toHexDigits(random.nextLong()) + HexFormat.of().toHexDigits(random.nextLong());
    }
}
