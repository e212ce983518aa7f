package dev.bobbin.http;

import dev.bobbin.Mount;
import java.util.List;

/** The paths of calls, with their methods. */
enum CallPath {
    THREADS("/v1/threads", "GET", "POST", "DELETE"),
    THREAD("/v1/threads/{thread_id}", "GET", "PUT", "PATCH", "DELETE"),
    FORK("/v1/threads/{thread_id}/fork", "POST"),
    STATE("/v1/threads/{thread_id}/state", "GET", "PATCH"),
    ITEMS("/v1/threads/{thread_id}/items", "GET", "POST", "PUT", "DELETE"),
    /** An item may have this id, too. */
    POP("/v1/threads/{thread_id}/items/pop", "GET", "POST", "PUT", "PATCH", "DELETE"),
    ITEM("/v1/threads/{thread_id}/items/{item_id}", "GET", "PUT", "PATCH", "DELETE"),
    ATTACHMENTS("/v1/attachments", "GET"),
    ATTACHMENT("/v1/attachments/{attachment_id}", "GET", "PUT", "DELETE"),
    SEARCH("/v1/search", "GET"),
    EXPORT("/v1/export", "GET"),
    IMPORT("/v1/import", "POST"),
    OWNER("/v1/owner", "DELETE"),
    USAGE("/v1/usage", "GET"),
    CONVERSATIONS(Mount.OPENAI + "/conversations", "POST"),
    CONVERSATION(Mount.OPENAI + "/conversations/{conversation_id}", "GET", "POST", "DELETE"),
    CONVERSATION_ITEMS(Mount.OPENAI + "/conversations/{conversation_id}/items", "GET", "POST"),
    CONVERSATION_ITEM(Mount.OPENAI + "/conversations/{conversation_id}/items/{item_id}", "GET", "DELETE"),
    HOSTED_THREADS(Mount.OPENAI + "/chatkit/threads", "GET"),
    HOSTED_THREAD(Mount.OPENAI + "/chatkit/threads/{thread_id}", "GET", "DELETE"),
    HOSTED_ITEMS(Mount.OPENAI + "/chatkit/threads/{thread_id}/items", "GET"),
    OTHER("/other");

    private static final int MOST_SEGMENTS = 7;

    /** The first that matches counts. */
    private static final List<CallPath> ALL = List.of(values());

    private final String template;
    private final String[] segments;
    private final List<String> methods;

    CallPath(String template, String... methods) {
        this.template = template;
        this.segments = template.split("/");
        this.methods = List.of(methods);
    }

    /** Parses the path of a request, percent-encoded or not, without regular expressions: every request needs it. */
    static CallPath of(String path) {
        String[] sent = path.split("/", MOST_SEGMENTS + 1);
        for (CallPath candidate : ALL) {
            if (candidate.matches(sent)) {
                return candidate;
            }
        }
        return OTHER;
    }

    private boolean matches(String[] sent) {
        if (sent.length != segments.length) {
            return false;
        }
        for (int i = 0; i < sent.length; i++) {
            if (!segments[i].startsWith("{") && !segments[i].equals(sent[i])) {
                return false;
            }
        }
        return true;
    }

    /** Whether its body is read by the call itself, since it may have any length. */
    boolean isStream() {
        return this == IMPORT;
    }

    /** The path in metrics. */
    String template() {
        return template;
    }

    /** Empty for {@link #OTHER}, which any method may have. */
    List<String> methods() {
        return methods;
    }
}
