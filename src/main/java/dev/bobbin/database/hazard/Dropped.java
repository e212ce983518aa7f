package dev.bobbin.database.hazard;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code drop} takes away.
 *
 * @param type as the statement says it, as "materialized view"
 * @param table the table that goes, or whose trigger, policy or rule goes; null where the statement names none
 */
record Dropped(String type, Name name, @Nullable Name table) {

    private static final String[] LONG_TYPES = {
        "access method",
        "event trigger",
        "foreign data wrapper",
        "foreign table",
        "materialized view",
        "operator class",
        "operator family",
        "text search configuration",
        "text search dictionary",
        "text search parser",
        "text search template",
        "user mapping for"
    };

    static List<Dropped> by(Statement s) {
        int behind = Math.min(Math.max(s.skip(1, LONG_TYPES), 2), s.size());
        String type = s.tokens().subList(1, behind).stream().map(Token::text).collect(Collectors.joining(" "));
        int named = type.equals("owned") ? s.skip(behind, "by") : s.skip(behind, "concurrently");
        int first = s.skip(named, "if exists");
        int on = s.findOutside(first, "on");
        List<Dropped> dropped = new ArrayList<>();
        for (Statement part : s.parts(first, on < 0 ? s.size() : on)) {
            Name name = Name.at(part, 0);
            dropped.add(new Dropped(type, name, isTable(type) ? name : on < 0 ? null : Name.at(s, on + 1)));
        }
        return dropped;
    }

    boolean isTable() {
        return isTable(type);
    }

    String words() {
        // "drop owned by" names whose things go
        return type.equals("owned")
                ? "drops everything that " + name + " owns, and what it is allowed to do"
                : "drops the " + type + " " + name;
    }

    private static boolean isTable(String type) {
        return type.equals("table") || type.equals("foreign table");
    }
}
