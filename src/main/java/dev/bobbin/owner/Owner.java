package dev.bobbin.owner;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static dev.bobbin.problem.ProblemType.UNAUTHENTICATED;

import io.vertx.ext.web.RoutingContext;

/**
 * The caller: a tenant and one of its users. Every row belongs to an owner and every statement names one, so that to a caller
 * only its own rows exist.
 */
public record Owner(String tenant, String user) {

    /** Also the longest id of a thread or an item; hosted ChatKit allows a user of 512, and a btree entry 2,704 bytes. */
    private static final int MAX_LENGTH = 255;

    private static final String KEY = "bobbin.owner";

    public Owner {
        check("tenant", tenant);
        check("user", user);
    }

    /** The owner whom {@link OwnerFilter} found. */
    public static Owner of(RoutingContext http) {
        Owner owner = http.get(KEY);
        if (owner == null) {
            throw UNAUTHENTICATED.because("The caller is unknown");
        }
        return owner;
    }

    /** Whether the caller of this request is known already. */
    static boolean isKnown(RoutingContext http) {
        return http.get(KEY) != null;
    }

    /** Makes this owner the caller of a request. */
    public void call(RoutingContext http) {
        http.put(KEY, this);
    }

    /**
     * The value of the {@code owner_id} columns: {@code tenant/user}. No two owners share one: a slash within the tenant
     * is written {@code %2F}, and a percent sign {@code %25}.
     */
    public String id() {
        return idOf(tenant) + '/' + user;
    }

    /** How the ids of a tenant's owners begin, up to the slash; of the beginning of a name, those of several tenants. */
    public static String idOf(String tenant) {
        return tenant.replace("%", "%25").replace("/", "%2F");
    }

    /**
     * The owner with this {@link #id}.
     *
     * @throws dev.bobbin.problem.ProblemException if no owner has it: another program may have written the row
     */
    public static Owner ofId(String id) {
        return new Owner(tenantOf(id), id.substring(id.indexOf('/') + 1));
    }

    /** The tenant of the owner with this {@link #id}; empty if no owner has it. */
    public static String tenantOf(String id) {
        return id.substring(0, Math.max(id.indexOf('/'), 0)).replace("%2F", "/").replace("%25", "%");
    }

    private static void check(String what, String value) {
        int length = value.codePointCount(0, value.length());
        if (length < 1 || length > MAX_LENGTH) {
            throw INVALID_REQUEST.because("The " + what + " must have 1 to " + MAX_LENGTH + " characters");
        }
        if (value.codePoints()
                .anyMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE)) {
            throw INVALID_REQUEST.because("The " + what + " must not contain control characters");
        }
    }
}
