package dev.bobbin.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.http.Outcome;
import io.vertx.core.AsyncResult;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The timers {@code http.server.requests}, with the tags that Quarkus' own have. Those look for their meter by four new tags for each
 * request, and note each route that it passes.
 */
@Singleton
public class RequestTimers {

    private static final String PATH = RequestTimers.class.getName();
    private static final int RESET = 0;

    private record Series(String method, String path, int status) {}

    private final MeterRegistry registry;
    private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

    RequestTimers(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Times a request until its response is sent. */
    void time(RoutingContext http, String path) {
        long began = System.nanoTime();
        name(http, path);
        http.addEndHandler(sent -> of(http, sent).record(System.nanoTime() - began, TimeUnit.NANOSECONDS));
    }

    /** Names the path of a request: by a template, since a client can invent any number of paths. */
    public static void name(RoutingContext http, String template) {
        http.put(PATH, template);
    }

    private Timer of(RoutingContext http, AsyncResult<Void> sent) {
        int status = sent.succeeded() ? http.response().getStatusCode() : RESET;
        return timers.computeIfAbsent(
                new Series(http.request().method().name(), http.get(PATH), status), this::register);
    }

    private Timer register(Series series) {
        boolean reset = series.status() == RESET;
        return Timer.builder("http.server.requests")
                .description("HTTP server request processing time")
                .tag("method", series.method())
                .tag("uri", series.path())
                .tag("outcome", (reset ? Outcome.CLIENT_ERROR : Outcome.forStatus(series.status())).name())
                .tag("status", reset ? "RESET" : String.valueOf(series.status()))
                .register(registry);
    }
}
