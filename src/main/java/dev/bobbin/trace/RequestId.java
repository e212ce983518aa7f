package dev.bobbin.trace;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;

/** Gives every request an id, which is in its answer, in its problem and in each of its log lines. */
@ApplicationScoped
public class RequestId {

    public static final String HEADER = "x-request-id";

    /** The name under which log formats find it: {@code %X{request_id}}. */
    static final String MDC_KEY = "request_id";

    /** What may come from outside into the log: no line breaks, no terminal escapes, no kilobytes. */
    private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");

    /** Before everything else, so that even a refused request has its id. */
    private static final int FIRST = 10_000;

    void register(@Observes Filters filters) {
        filters.register(RequestId::give, FIRST);
    }

    private static void give(RoutingContext http) {
        ensure(http);
        http.next();
    }

    /** The request's id, made now for a request that is refused before any route has seen it. */
    public static String ensure(RoutingContext http) {
        String given = http.get(HEADER);
        if (given != null) {
            return given;
        }
        String asked = http.request().getHeader(HEADER);
        String id = asked != null && WELL_FORMED.matcher(asked).matches() ? asked : fresh();
        http.put(HEADER, id);
        http.response().putHeader(HEADER, id);
        MDC.put(MDC_KEY, id);
        return id;
    }

    private static String fresh() {
        // it names a request and guards nothing, so it need not be unguessable
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return HexFormat.of().toHexDigits(random.nextLong()) + HexFormat.of().toHexDigits(random.nextLong());
    }
}
