package dev.bobbin.openai;

import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;

/** What OpenAI's SDKs say when they send a call again, since its answer was lost or was a 503. */
public final class RepeatedCall {

    private static final String HEADER = "x-stainless-retry-count";
    private static final Pattern REPEATED = Pattern.compile("[1-9]\\d{0,5}");

    private RepeatedCall() {}

    /** Whether this call may have been done already. */
    public static boolean is(HttpServerRequest request) {
        String count = request.getHeader(HEADER);
        return count != null && REPEATED.matcher(count).matches();
    }
}
