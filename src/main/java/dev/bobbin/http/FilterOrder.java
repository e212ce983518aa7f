package dev.bobbin.http;

/**
 * The order in which the filters see a request: the one with the highest priority first. Quarkus' own are between ours,
 * CORS at 300 and authentication at 200. A filter that may refuse a request comes after CORS, since a browser shows a page
 * no answer without its headers, and the preflight is CORS' to answer. The headers of every answer to a call are set in
 * {@code application.properties}, at 10,000.
 */
public final class FilterOrder {

    /** First, so that every answer has its id, CORS' own and refusals included. */
    static final int REQUEST_ID = 10_000;

    /** Before CORS, since a preflight must end its connection like any other request. Refuses nothing. */
    static final int CLOSE_CONNECTIONS = 9_500;

    /** Right after CORS: what is not HTTP as this service speaks it has no path to look at. */
    static final int PROTOCOL = 295;

    /** Then a process that is about to end does nothing more. */
    static final int SHUTTING_DOWN = 290;

    /** Before credentials are looked at, so that all that follows may rely on the path. */
    static final int PATH = 280;

    /** After Quarkus' authentication, which prepares what this asks for. */
    public static final int OWNER = 60;

    /** After the owner is known, so that only callers with credentials have a body read. */
    static final int BODY = 50;

    private FilterOrder() {}
}
