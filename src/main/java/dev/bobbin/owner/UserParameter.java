package dev.bobbin.owner;

import dev.bobbin.Mount;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** The user that OpenAI's list of ChatKit threads has as a query parameter, and none of its other calls. */
final class UserParameter {

    private static final String PATH = Mount.OPENAI + "/chatkit/threads";
    private static final String NAME = "user=";

    private UserParameter() {}

    /**
     * The value; null for another call, and for a call without one.
     *
     * @throws dev.bobbin.problem.ProblemException if it is not percent-encoded UTF-8
     */
    static @Nullable String of(RoutingContext http) {
        String query = http.request().query();
        if (query == null || !http.normalizedPath().equals(PATH)) {
            return null;
        }
        for (String parameter : query.split("&")) {
            if (parameter.length() > NAME.length() && parameter.startsWith(NAME)) {
                return UserHeader.percentDecoded("The query parameter user", parameter.substring(NAME.length()));
            }
        }
        return null;
    }
}
