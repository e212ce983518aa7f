package dev.bobbin.support;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/** Gives each application under test an empty database of its own, and two tenants with a key each. */
public class TestEnvironment implements QuarkusTestResourceLifecycleManager {

    private static String url;

    private final Map<String, String> settings = new HashMap<>(Map.of(
            "bobbin.auth.mode",
            "api-key",
            "bobbin.auth.api-keys",
            "acme=" + As.ACME_KEY + ",beta=" + As.BETA_KEY,
            // it would print the bodies of all calls, byte by byte, in case one fails
            "quarkus.test.rest-assured.enable-logging-on-failure",
            "false"));

    /** Other settings, from a test profile. */
    @Override
    public void init(Map<String, String> others) {
        settings.putAll(others);
    }

    @Override
    public Map<String, String> start() {
        url = TestDatabase.get().freshDatabase();
        settings.put("DATABASE_URL", url);
        return settings;
    }

    /** The database of the application that runs now. */
    public static String databaseUrl() {
        return url;
    }

    @Override
    public void stop() {}
}
