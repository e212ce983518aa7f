package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a thread is for. A list has threads of one kind, since the clients of one cannot read the items of another. */
public final class ThreadKind {

    /** Of the threads of ChatKit's own server, and of calls that name no kind. */
    public static final String CHATKIT = "chatkit";

    /** Of OpenAI's Conversations API. */
    public static final String CONVERSATION = "conversation";

    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_]{0,31}");

    private ThreadKind() {}

    /**
     * SQL: whether a thread that is found by its id is of this kind. The planner cannot look into it: as long as it has no
     * statistics, it would take an index of kinds for as good as the primary key.
     */
    public static String opaque(String kind) {
        return "case when kind = '" + kind + "' then true end";
    }

    /** The kind that a list has, from the query parameter {@code kind}. */
    static String listed(@Nullable String parameter) {
        return stored(parameter);
    }

    /** The kind that a write names; null if it names none, and takes the thread as it is. */
    static @Nullable String named(@Nullable String parameter) {
        if (CONVERSATION.equals(parameter)) {
            throw INVALID_REQUEST.because(
                    "Threads of the kind " + CONVERSATION + " are made by POST /openai/v1/conversations only");
        }
        return word(parameter);
    }

    /** The kind of a thread that was stored before; {@link #CHATKIT} if it does not say. */
    public static String stored(@Nullable String kind) {
        String named = word(kind);
        return named == null ? CHATKIT : named;
    }

    private static @Nullable String word(@Nullable String parameter) {
        if (parameter == null || parameter.isEmpty()) {
            return null;
        }
        if (!WORD.matcher(parameter).matches()) {
            throw INVALID_REQUEST.because(
                    "kind must be a word of 1 to 32 lower-case letters, digits and underscores, such as chatkit");
        }
        return parameter;
    }
}
