package dev.bobbin;

/** Where calls are mounted. */
public final class Mount {

    /** Of OpenAI's APIs. Clients have it in their base URL, so that the paths below it are OpenAI's own. */
    public static final String OPENAI = "/openai/v1";

    /** Of the pages for operators. */
    public static final String CONSOLE = "/console";

    private static final String NATIVE = "/v1/";

    private Mount() {}

    /** Whether this is the path of a call, which has an owner, rather than of a probe or a page. */
    public static boolean isCall(String path) {
        return path.startsWith(NATIVE) || isOpenAi(path);
    }

    /** Whether errors at this path have the form that OpenAI's SDKs read, and query parameters those that they may send. */
    public static boolean isOpenAi(String path) {
        return path.startsWith("/openai/");
    }
}
