package dev.bobbin.http;

/**
 * The order in which filters see a request: the highest priority first. Quarkus' own are between ours, CORS at 300 and
 * authentication at 200. A filter that may reject a request comes after CORS: a browser hides responses without CORS' headers
 * from a page, and CORS answers preflights. The headers of every response are set in {@code application.properties}, whose
 * order -10,000 is the priority 10,000. {@link InputFilter}, a JAX-RS filter, comes after all of these.
 */
public final class FilterOrder {

    /** First, so that every response has its id, also those of CORS and of rejected requests. */
    static final int REQUEST_ID = 10_000;

    /** Before CORS, since the connection must be closed after a preflight, too. Rejects nothing. */
    static final int CLOSE_CONNECTIONS = 9_500;

    /** Right after CORS: a request that is not the HTTP of this service has no reliable path. */
    static final int PROTOCOL = 295;

    /** A process that is shutting down does nothing more. */
    static final int SHUTTING_DOWN = 290;

    /** Before authentication, so that all later filters can rely on the path. */
    static final int PATH = 280;

    /** After Quarkus' authentication, which this one triggers. */
    public static final int OWNER = 60;

    /** After authentication, so that only authenticated bodies are read. */
    static final int BODY = 50;

    private FilterOrder() {}
}
