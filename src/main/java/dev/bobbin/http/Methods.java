package dev.bobbin.http;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;

/** The methods that HTTP has. Callers can invent others without end, so no other is counted under its own name. */
@ApplicationScoped
class Methods {

    /** What all others are counted as. */
    static final String OTHER = "OTHER";

    /** Several times what a service that is used in every way has. */
    private static final int METERS = 2_000;

    private static final String TAG = "method";

    /** RFC 9110, and PATCH of RFC 5789. */
    private static final Set<String> KNOWN =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    static boolean isKnown(String method) {
        return KNOWN.contains(method);
    }

    @Produces
    @Singleton
    MeterFilter othersAreOne() {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                String method = id.getName().startsWith("http.server.") ? id.getTag(TAG) : null;
                return method == null || isKnown(method) || method.equals(OTHER)
                        ? id
                        : id.replaceTags(replaced(id.getTags()));
            }
        };
    }

    /** A last resort, for labels that a library lets callers choose without our knowing. */
    @Produces
    @Singleton
    MeterFilter atMost() {
        return MeterFilter.maximumAllowableMetrics(METERS);
    }

    private static List<Tag> replaced(List<Tag> tags) {
        return tags.stream()
                .map(tag -> tag.getKey().equals(TAG) ? Tag.of(TAG, OTHER) : tag)
                .toList();
    }
}
