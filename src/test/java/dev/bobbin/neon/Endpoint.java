package dev.bobbin.neon;

/** The one compute has two endpoints: straight to Postgres, and through PgBouncer. */
enum Endpoint {
    DIRECT("ep-quiet-loom-123456"),
    POOLED("ep-quiet-loom-123456-pooler");

    static final String DOMAIN = ".neon.test";

    /** Neon's proxy refuses a login, in these words. */
    static final class Refusal extends Exception {
        Refusal(String message) {
            super(message);
        }
    }

    private final String id;

    Endpoint(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    String host() {
        return id + DOMAIN;
    }

    /** What happens to its clients when the compute is suspended: PgBouncer is killed and leaves no last word. */
    Ending endingOf(Ending wanted) {
        return this == POOLED && wanted == Ending.TERMINATED ? Ending.FIN : wanted;
    }

    /**
     * The endpoint that a login is for.
     *
     * @param serverName the name of the TLS handshake, or null
     * @param option the endpoint among the startup options, or null
     * @param otherwise the one for a login that names none, or null where that is an error
     */
    static Endpoint of(String serverName, String option, Endpoint otherwise) throws Refusal {
        String byName = serverName != null && serverName.endsWith(DOMAIN)
                ? serverName.substring(0, serverName.indexOf('.'))
                : null;
        if (byName != null && option != null && !byName.equals(option)) {
            throw new Refusal("Inconsistent project name inferred from SNI ('" + byName + "') and project option ('"
                    + option + "').");
        }
        String wanted = byName == null ? option : byName;
        if (wanted == null && otherwise != null) {
            return otherwise;
        }
        if (wanted == null) {
            throw new Refusal("Endpoint ID is not specified. Either please upgrade the postgres client library (libpq)"
                    + " for SNI support or pass the endpoint ID (first part of the domain name) as a parameter:"
                    + " '?options=endpoint%3D<endpoint-id>'. See more at https://neon.tech/sni");
        }
        for (Endpoint endpoint : values()) {
            if (endpoint.id.equals(wanted)) {
                return endpoint;
            }
        }
        throw new Refusal("Control plane request failed: endpoint cannot be found");
    }
}
