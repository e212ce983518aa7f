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

/** Gives every request an id, which its response, its problem and its log lines contain. */
@ApplicationScoped
class RequestId {

    static final String HEADER = "x-request-id";

    /** In log formats: {@code %X{request_id}}. */
    private static final String MDC_KEY = "request_id";

    /** What a client may put into the log: no line breaks, no terminal escapes, no kilobytes. */
    private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");

    void register(@Observes Filters filters) {
        filters.register(RequestId::assign, FilterOrder.REQUEST_ID);
    }

    /** For requests that fail before the filters, such as one without a path. */
    void register(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).failureHandler(RequestId::assign);
    }

    private static void assign(RoutingContext http) {
        if (!http.response().headers().contains(HEADER)) {
            String sent = http.request().getHeader(HEADER);
            String id = sent != null && WELL_FORMED.matcher(sent).matches() ? sent : random();
            http.response().putHeader(HEADER, id);
            MDC.put(MDC_KEY, id);
        }
        http.next();
    }

    private static String random() {
        // it protects nothing, so it may be guessable
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return HexFormat.of().toHexDigits(random.nextLong()) + HexFormat.of().toHexDigits(random.nextLong());
    }
}
