package dev.bobbin.console;

import dev.bobbin.document.Ids;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.PageRequest;
import io.vertx.core.MultiMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a page or a form was sent, without what is empty: a form sends all of its fields. */
final class Parameters {

    /** Says that the database may be woken. */
    static final String WAKE = "wake";

    private static final String METADATA = "metadata";

    /** Of the owner and the page; the API's calls do not take them. */
    private static final List<String> OWN = List.of("tenant", "user", "thread", METADATA);

    private final MultiMap values = MultiMap.caseInsensitiveMultiMap();
    private final boolean mayWake;

    Parameters(MultiMap sent) {
        sent.forEach((name, value) -> {
            if (!value.isEmpty()) {
                values.set(name, value);
            }
        });
        mayWake = values.contains(WAKE);
        values.remove(WAKE);
        // one field of a form for what the API takes as metadata.key=value
        String metadata = text(METADATA);
        int equals = metadata.indexOf('=');
        if (equals > 0) {
            values.set(METADATA + '.' + metadata.substring(0, equals), metadata.substring(equals + 1));
        }
    }

    boolean mayWake() {
        return mayWake;
    }

    boolean has(String name) {
        return values.contains(name);
    }

    /** Empty if it was not sent. */
    String text(String name) {
        String text = values.get(name);
        return text == null ? "" : text;
    }

    MultiMap all() {
        return values;
    }

    Owner owner() {
        return new Owner(text("tenant"), text("user"));
    }

    String thread() {
        return Ids.check("thread", text("thread"));
    }

    /** As the API reads them, with other defaults. */
    PageRequest page(String limit, String sort, String order) {
        String cursor = values.get("cursor");
        return PageRequest.of(
                limit,
                null,
                null,
                cursor != null || has("order") ? values.get("order") : order,
                cursor,
                cursor != null || has("sort") ? values.get("sort") : sort);
    }

    String query() {
        return Links.query(values);
    }

    /** The same page with another value of a parameter. */
    String with(String name, String value) {
        return Links.query(MultiMap.caseInsensitiveMultiMap().addAll(values).set(name, value));
    }

    /** The query of the API's call with the same parameters. */
    String call(String sort) {
        MultiMap call = MultiMap.caseInsensitiveMultiMap().addAll(values);
        OWN.forEach(call::remove);
        if (!call.contains("sort") && !call.contains("cursor")) {
            call.add("sort", sort);
        }
        return Links.query(call);
    }

    /** What every page of an owner shows. */
    Map<String, @Nullable Object> shown() {
        Map<String, String> filter = new HashMap<>();
        for (String name : List.of("q", "status", "archived", "title", "kind", "sort", "order", METADATA)) {
            filter.put(name, text(name));
        }
        for (String name : List.of("created_at", "active_at")) {
            filter.put(name + "_from", text(name + "[gte]"));
            filter.put(name + "_to", text(name + "[lt]"));
        }
        Owner owner = owner();
        Map<String, @Nullable Object> shown = new HashMap<>();
        shown.put("tenant", owner.tenant());
        shown.put("user", owner.user());
        shown.put("tenantEncoded", Links.encode(owner.tenant()));
        shown.put("ownerQuery", Links.of(owner));
        shown.put("query", query());
        shown.put("filter", filter);
        return shown;
    }
}
