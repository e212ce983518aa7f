package dev.bobbin.problem;

import dev.bobbin.Mount;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** Problems as OpenAI's SDKs read them. The status alone decides about the class of their exception. */
final class OpenAiError {

    private static final String MODELS =
            "models answer at their own provider: give only your session a client with this"
                    + " base URL, and not all of the program by OPENAI_BASE_URL";

    /** What OpenAI has at a path and Bobbin has not, by the path's first segment. */
    private static final Map<String, String> NOT_OFFERED = Map.ofEntries(
            Map.entry("responses", MODELS),
            Map.entry("chat", MODELS),
            Map.entry("completions", MODELS),
            Map.entry("embeddings", MODELS),
            Map.entry("models", MODELS),
            Map.entry("realtime", MODELS),
            Map.entry("audio", MODELS),
            Map.entry("images", MODELS),
            Map.entry("files", "files are stored elsewhere"),
            Map.entry("uploads", "files are stored elsewhere"),
            Map.entry("vector_stores", "files are stored elsewhere"),
            Map.entry("assistants", "the Assistants API is not offered; use conversations"),
            Map.entry("threads", "the Assistants API is not offered; use conversations"));

    private static final String CHATKIT =
            "of chatkit there are threads: GET and DELETE; sessions are for the widget that OpenAI hosts";

    private static final String OTHERS = "there are conversations, their items, and chatkit/threads";

    private OpenAiError() {}

    static ErrorAnswer of(Problem problem, String method, String path) {
        boolean unknown = Problem.UNKNOWN_URL.equals(problem.code());
        int status = unknown ? 404 : problem.status();
        String message = unknown ? "Unknown request URL: " + method + ' ' + path + "; " + hint(path) : problem.detail();
        JsonObject error = JsonObject.of("message", message)
                .put("type", status < 500 ? "invalid_request_error" : "server_error")
                .put("param", problem.param())
                .put("code", problem.code());
        return new ErrorAnswer(
                status,
                "application/json",
                problem.headers(),
                JsonObject.of("error", error).encode());
    }

    private static String hint(String path) {
        String below = path.startsWith(Mount.OPENAI + '/') ? path.substring(Mount.OPENAI.length() + 1) : "";
        String first = below.contains("/") ? below.substring(0, below.indexOf('/')) : below;
        return first.equals("chatkit") ? CHATKIT : NOT_OFFERED.getOrDefault(first, OTHERS);
    }
}
