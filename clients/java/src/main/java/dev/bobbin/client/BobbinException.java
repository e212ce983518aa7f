package dev.bobbin.client;

import org.jspecify.annotations.Nullable;

/** A call that failed, after all its attempts. */
public final class BobbinException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final @Nullable String type;
    private final @Nullable String requestId;

    BobbinException(
            String message, int status, @Nullable String type, @Nullable String requestId, @Nullable Throwable cause) {
        super(requestId == null ? message : message + " (request " + requestId + ")", cause);
        this.status = status;
        this.type = type;
        this.requestId = requestId;
    }

    /** The HTTP status; 0 if no answer came: whether the call took effect is not known then. */
    public int status() {
        return status;
    }

    /** The type of the service's problem, such as {@code urn:bobbin:problem:invalid-request}. */
    public @Nullable String type() {
        return type;
    }

    /** Also in the service's log lines of this call. */
    public @Nullable String requestId() {
        return requestId;
    }
}
