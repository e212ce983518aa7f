package dev.bobbin.problem;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A failure whose message may be shown to the client. Made by {@link ProblemType#because}. */
public final class ProblemException extends RuntimeException {

    private final ProblemType type;
    private final transient Map<String, String> headers;

    private final @Nullable String code;
    private final @Nullable String param;

    ProblemException(ProblemType type, String detail, @Nullable Throwable cause) {
        this(type, detail, cause, type.headers(), type.code(), null);
    }

    private ProblemException(
            ProblemType type,
            String detail,
            @Nullable Throwable cause,
            Map<String, String> headers,
            @Nullable String code,
            @Nullable String param) {
        // most are ordinary answers ("not found"), and a stack trace costs more than the response
        super(detail, cause, false, type == ProblemType.INTERNAL);
        this.type = type;
        this.headers = headers;
        this.code = code;
        this.param = param;
    }

    public ProblemType type() {
        return type;
    }

    /** The same problem with one more header. */
    public ProblemException with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new ProblemException(type, detail(), getCause(), more, code, param);
    }

    /** The same problem as OpenAI's APIs name it, and the parameter that it is about; other answers have neither. */
    public ProblemException as(@Nullable String openAiCode, @Nullable String openAiParam) {
        return new ProblemException(type, detail(), getCause(), headers, openAiCode, openAiParam);
    }

    Map<String, String> headers() {
        return headers;
    }

    @Nullable
    String code() {
        return code;
    }

    @Nullable
    String param() {
        return param;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
