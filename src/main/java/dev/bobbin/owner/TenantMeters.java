package dev.bobbin.owner;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** What each tenant uses. Its counters are made once, so that a call only adds to them. */
final class TenantMeters {

    /** All tenants without a key, which may be any number. */
    private static final String OTHER = "other";

    private static final String TAG = "tenant";

    private final Map<String, Usage> tenants = new HashMap<>();
    private final Usage other;

    TenantMeters(Collection<String> names, MeterRegistry registry) {
        names.forEach(name -> tenants.computeIfAbsent(name, tenant -> new Usage(tenant, registry)));
        other = tenants.computeIfAbsent(OTHER, tenant -> new Usage(tenant, registry));
    }

    /** Counts a call when it has ended. */
    void count(RoutingContext http, String tenant) {
        Usage usage = tenants.getOrDefault(tenant, other);
        http.addEndHandler(sent -> usage.add(http, sent));
    }

    private static final class Usage {

        private final Counter[] calls;
        private final Counter received;
        private final Counter sent;

        Usage(String tenant, MeterRegistry registry) {
            String[] statuses = {"reset", "2xx", "3xx", "4xx", "5xx"};
            calls = new Counter[statuses.length];
            for (int i = 0; i < calls.length; i++) {
                calls[i] = Counter.builder("bobbin.tenant.calls")
                        .description("Calls by the first digit of their status; reset: the connection was lost first")
                        .tags(TAG, tenant, "status", statuses[i])
                        .register(registry);
            }
            received = bytes("received", "Bytes of request bodies", tenant, registry);
            sent = bytes("sent", "Bytes of response bodies", tenant, registry);
        }

        private static Counter bytes(String which, String description, String tenant, MeterRegistry registry) {
            return Counter.builder("bobbin.tenant." + which)
                    .baseUnit("bytes")
                    .description(description)
                    .tag(TAG, tenant)
                    .register(registry);
        }

        private void add(RoutingContext http, AsyncResult<Void> answered) {
            HttpServerRequest request = http.request();
            calls[answered.succeeded() ? request.response().getStatusCode() / 100 - 1 : 0].increment();
            received.increment(request.bytesRead());
            sent.increment(request.response().bytesWritten());
        }
    }
}
