package dev.bobbin.problem;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A failure whose message may be shown to the client. Made by {@link ProblemType#because}. */
public final class ProblemException extends RuntimeException {

    private final ProblemType type;
    private final transient Map<String, String> headers;

    ProblemException(ProblemType type, String detail, @Nullable Throwable cause) {
        this(type, detail, cause, type.headers());
    }

    private ProblemException(ProblemType type, String detail, @Nullable Throwable cause, Map<String, String> headers) {
        // most are ordinary answers ("not found"), and a stack trace costs more than the response
        super(detail, cause, false, type == ProblemType.INTERNAL);
        this.type = type;
        this.headers = headers;
    }

    public ProblemType type() {
        return type;
    }

    /** The same problem with one more header. */
    public ProblemException with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new ProblemException(type, detail(), getCause(), more);
    }

    Map<String, String> headers() {
        return headers;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
