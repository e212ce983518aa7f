package dev.bobbin.problem;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every kind of problem that a client may get; {@code docs/errors.md} says what to do about each. */
public enum ProblemType {
    INVALID_REQUEST(400, "The request is not valid", "The request is malformed"),
    MALFORMED_JSON(400, "The body is not JSON"),
    UNAUTHENTICATED(401, "Credentials are missing or wrong", "Credentials are missing or wrong"),
    FORBIDDEN(403, "Not allowed", "The credentials do not allow this"),
    NOT_FOUND(404, "Not found", "There is nothing at this path"),
    METHOD_NOT_ALLOWED(405, "Method not allowed here", "The Allow header lists the methods of this path"),
    NOT_ACCEPTABLE(406, "No answer of an accepted type", "The Accept header excludes application/json"),
    REQUEST_TIMEOUT(408, "The request took too long to arrive", "The request did not arrive in time"),
    CONFLICT(409, "Another document has this id"),
    COUNT_CHANGED(409, "The number of threads has changed"),
    THREAD_LOCKED(409, "The thread takes no more items"),
    PRECONDITION_FAILED(412, "The document is not in the state that was asked for"),
    BODY_TOO_LARGE(413, "The body is too large", "The body is larger than this service accepts"),
    URI_TOO_LONG(414, "The request line is too long", "The request line is longer than this service accepts"),
    UNSUPPORTED_MEDIA_TYPE(
            415,
            "The body is of the wrong type",
            "The body must be application/json, that of a PATCH application/merge-patch+json, in UTF-8"),
    REFUSED_BY_DATABASE(422, "A rule of this database refuses it"),
    HEADERS_TOO_LARGE(431, "The headers are too large", "The headers are larger than this service accepts"),
    INTERNAL(500, "Something failed that should not", "Unexpected failure. The log has it under this request id."),
    NOT_IMPLEMENTED(501, "Unknown method", "This method is not one of HTTP's"),
    BUSY(503, "This instance is busy"),
    SHUTTING_DOWN(503, "This instance is shutting down"),
    DATABASE_UNAVAILABLE(503, "The database cannot serve this now"),
    SCHEMA_NOT_READY(503, "The database's schema is not ready"),
    DATABASE_FORBIDS(503, "The database forbids it to the service");

    private final int status;
    private final String title;

    /** Empty for a problem that only our own code finds. */
    private final String usualDetail;

    ProblemType(int status, String title) {
        this(status, title, "");
    }

    ProblemType(int status, String title, String usualDetail) {
        this.status = status;
        this.title = title;
        this.usualDetail = usualDetail;
    }

    /** The type of what the framework rejects with a bare status code. */
    static Optional<ProblemType> of(int status) {
        return Arrays.stream(values())
                .filter(type -> type.status == status && !type.usualDetail.isEmpty())
                .findFirst();
    }

    public int status() {
        return status;
    }

    String title() {
        return title;
    }

    String usualDetail() {
        return usualDetail;
    }

    /** The {@code type} member: a URN, since {@code docs/errors.md} is not on the web. */
    String urn() {
        return "urn:bobbin:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What OpenAI's APIs call all problems of this type; null if they do not have one name. */
    @Nullable
    String code() {
        return switch (this) {
            case MALFORMED_JSON -> "invalid_json";
            case UNAUTHENTICATED -> "invalid_api_key";
            case METHOD_NOT_ALLOWED -> Problem.UNKNOWN_URL;
            default -> null;
        };
    }

    Map<String, String> headers() {
        return switch (this) {
            case UNAUTHENTICATED -> Map.of("WWW-Authenticate", "Bearer");
            // OpenAI's SDKs repeat a 409 unless they are told that it is final
            case CONFLICT, COUNT_CHANGED, THREAD_LOCKED -> Map.of("x-should-retry", "false");
            // a little longer than a sleeping Neon database needs to wake
            case BUSY, DATABASE_UNAVAILABLE, SHUTTING_DOWN -> Map.of("Retry-After", "2");
            // an operator has to act; SchemaReadiness notices at these intervals, and longer ones later
            case SCHEMA_NOT_READY, DATABASE_FORBIDS -> Map.of("Retry-After", "5");
            default -> Map.of();
        };
    }

    /** An exception of this type; {@code detail} is shown to the client. */
    public ProblemException because(String detail) {
        return new ProblemException(this, detail, null);
    }

    /** The cause is never shown to the client; it is logged if the operator can do something about it. */
    public ProblemException because(String detail, Throwable cause) {
        return new ProblemException(this, detail, cause);
    }
}
