package dev.bobbin.problem;

import org.jspecify.annotations.Nullable;

/** A failure whose message may be shown to the client. Made by {@link ProblemType#because}. */
public final class ProblemException extends RuntimeException {

    private final ProblemType type;

    ProblemException(ProblemType type, String detail, @Nullable Throwable cause) {
        // most are ordinary answers ("not found"), and a stack trace costs more than the response
        super(detail, cause, false, type == ProblemType.INTERNAL);
        this.type = type;
    }

    public ProblemType type() {
        return type;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
