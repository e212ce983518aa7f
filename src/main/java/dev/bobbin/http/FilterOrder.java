package dev.bobbin.http;

/**
 * The priorities of filters; the highest one comes first. CORS has 300 and Quarkus' authentication 200. Filters that may reject
 * a request come after CORS, which answers preflights and sets the headers without which a browser hides the response.
 * {@link InputFilter}, a JAX-RS filter, comes last.
 */
public final class FilterOrder {

    /** So that every response has its id, and its other headers. */
    static final int REQUEST_ID = 10_000;

    /** Before CORS, since the connection has to be closed after a preflight too. Rejects nothing. */
    static final int CLOSE_CONNECTIONS = 9_500;

    /** All later filters can rely on the method and the path. */
    static final int REQUEST = 295;

    static final int SHUTTING_DOWN = 290;

    /** After Quarkus' authentication, which this one triggers. */
    public static final int OWNER = 60;

    /** Only authenticated bodies are read. */
    static final int BODY = 50;

    private FilterOrder() {}
}
