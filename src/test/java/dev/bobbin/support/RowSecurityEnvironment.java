package dev.bobbin.support;

import java.util.Map;

/**
 * Gives the application a role of its own, which Postgres limits to the rows of an owner. The superuser owns the tables and
 * migrates. The role's grants are those of docs/database.md.
 */
public class RowSecurityEnvironment extends TestEnvironment {

    private static final String GRANTS =
            """
            grant usage on schema public to bobbin_app;
            alter default privileges in schema public grant select, insert, update, delete on tables to bobbin_app""";

    /** Lets the role that serves use the tables that will be made in a database; returns that role's URL. */
    public static String limited(String url) {
        String limited = TestDatabase.get().as("bobbin_app", url);
        TestDatabase.get().execute(url, GRANTS);
        return limited;
    }

    @Override
    public Map<String, String> start() {
        Map<String, String> settings = super.start();
        settings.put("DATABASE_DIRECT_URL", databaseUrl());
        settings.put("DATABASE_URL", limited(databaseUrl()));
        settings.put("bobbin.database.row-security", "true");
        return settings;
    }
}
