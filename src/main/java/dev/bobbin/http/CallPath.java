package dev.bobbin.http;

import java.util.List;

/** The paths of calls, with their methods. */
enum CallPath {
    THREADS("/v1/threads", "GET", "POST", "DELETE"),
    THREAD("/v1/threads/{thread_id}", "GET", "PUT", "PATCH", "DELETE"),
    FORK("/v1/threads/{thread_id}/fork", "POST"),
    STATE("/v1/threads/{thread_id}/state", "GET", "PATCH"),
    ITEMS("/v1/threads/{thread_id}/items", "GET", "POST", "PUT", "DELETE"),
    ITEM("/v1/threads/{thread_id}/items/{item_id}", "GET", "PUT", "PATCH", "DELETE"),
    /** An item may have this id, too. */
    POP("/v1/threads/{thread_id}/items/pop", "GET", "POST", "PUT", "PATCH", "DELETE"),
    ATTACHMENTS("/v1/attachments", "GET"),
    ATTACHMENT("/v1/attachments/{attachment_id}", "GET", "PUT", "DELETE"),
    SEARCH("/v1/search", "GET"),
    OTHER("/other");

    private final String template;
    private final List<String> methods;

    CallPath(String template, String... methods) {
        this.template = template;
        this.methods = List.of(methods);
    }

    /** Parses the path of a request, percent-encoded or not, without regular expressions: every request needs it. */
    static CallPath of(String path) {
        String[] segments = path.split("/", 7);
        if (segments.length < 3 || !segments[1].equals("v1")) {
            return OTHER;
        }
        if (segments[2].equals("attachments")) {
            return switch (segments.length) {
                case 3 -> ATTACHMENTS;
                case 4 -> ATTACHMENT;
                default -> OTHER;
            };
        }
        if (!segments[2].equals("threads")) {
            return segments[2].equals("search") && segments.length == 3 ? SEARCH : OTHER;
        }
        return switch (segments.length) {
            case 3 -> THREADS;
            case 4 -> THREAD;
            case 5 ->
                switch (segments[4]) {
                    case "items" -> ITEMS;
                    case "fork" -> FORK;
                    case "state" -> STATE;
                    default -> OTHER;
                };
            case 6 -> segments[4].equals("items") ? segments[5].equals("pop") ? POP : ITEM : OTHER;
            default -> OTHER;
        };
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
