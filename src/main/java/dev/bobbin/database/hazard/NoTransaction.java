package dev.bobbin.database.hazard;

/** Knows the statements that Postgres refuses inside of a transaction. */
final class NoTransaction {

    private NoTransaction() {}

    /** Where it depends on what the database holds, as for an index of a partitioned table, the answer is no. */
    static boolean isBorneBy(Statement s) {
        int what = s.at(1).is("(") ? s.closing(1) + 1 : s.skip(1, "verbose");
        return switch (s.at(0).kind() == Token.Kind.WORD ? s.at(0).text() : "") {
            case "create", "drop" ->
                s.isConcurrent()
                        || s.at(1).is("database")
                        || s.at(1).is("tablespace")
                        || s.at(1).is("subscription");
            case "alter" ->
                s.at(1).is("system")
                        || (s.at(1).is("database") && s.has("set", "tablespace"))
                        || (s.at(1).is("subscription") && s.has("refresh"))
                        || (s.at(1).is("table") && s.has("detach", "partition") && s.has("concurrently"));
            case "reindex" ->
                s.isConcurrent()
                        || s.at(what).is("schema")
                        || s.at(what).is("database")
                        || s.at(what).is("system");
            case "vacuum" -> true;
            case "cluster" -> what >= s.size();
            case "discard" -> s.at(1).is("all");
            case "commit", "rollback" -> s.at(1).is("prepared");
            default -> false;
        };
    }
}
