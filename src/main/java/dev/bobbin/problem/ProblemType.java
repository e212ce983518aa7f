package dev.bobbin.problem;

import java.util.Locale;

/** Every kind of problem a client can be told of; {@code docs/errors.md} says what to do about each. */
public enum ProblemType {
    INVALID_REQUEST(400, "The request is not valid"),
    MALFORMED_JSON(400, "The body is not JSON"),
    UNAUTHENTICATED(401, "Credentials are missing or wrong"),
    FORBIDDEN(403, "Not allowed"),
    NOT_FOUND(404, "Not found"),
    METHOD_NOT_ALLOWED(405, "Method not allowed here"),
    NOT_ACCEPTABLE(406, "No answer of an accepted type"),
    REQUEST_TIMEOUT(408, "The request took too long to arrive"),
    CONFLICT(409, "Another document has this id"),
    BODY_TOO_LARGE(413, "The body is too large"),
    URI_TOO_LONG(414, "The request line is too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body is of the wrong type"),
    REFUSED_BY_DATABASE(422, "A rule of this database refuses it"),
    HEADERS_TOO_LARGE(431, "The headers are too large"),
    INTERNAL(500, "Something failed that should not"),
    NOT_IMPLEMENTED(501, "Unknown method"),
    BUSY(503, "This instance is busy"),
    SHUTTING_DOWN(503, "This instance is shutting down"),
    DATABASE_UNAVAILABLE(503, "The database cannot serve this now");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** The {@code type} member: a URN, since these pages are in the repository and not on the web. */
    public String urn() {
        return "urn:bobbin:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** An exception of this type; {@code detail} is shown to the client. */
    public ProblemException because(String detail) {
        return new ProblemException(this, detail, null);
    }

    /** As {@link #because(String)}; the cause is logged where the operator can do something about it, and never shown. */
    public ProblemException because(String detail, Throwable cause) {
        return new ProblemException(this, detail, cause);
    }
}
