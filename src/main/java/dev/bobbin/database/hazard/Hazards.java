package dev.bobbin.database.hazard;

import dev.bobbin.database.hazard.Hazard.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a migration does that can hurt, by reading its SQL. It knows nothing of the database: a table counts as large,
 * and a column's type as another one. What is done to a table that the same migration creates hurts nobody; where the table
 * may have been there before, only locks count as harmless. What a function of the database does that the migration only
 * calls is not seen.
 */
public final class Hazards {

    /** Locks under which others go on reading and writing rows. */
    private static final Set<String> GENTLE_LOCKS = Set.of("access", "row");

    private final List<Hazard> found = new ArrayList<>();
    private final CreatedTables created = new CreatedTables();
    private final MadeAnew madeAnew;

    private Hazards(List<Statement> statements) {
        this.madeAnew = new MadeAnew(statements);
    }

    /** Those of a migration's text, in the order of the statements; empty where there is none. */
    public static List<Hazard> of(String sql) {
        List<Statement> statements = Statements.of(sql);
        Hazards hazards = new Hazards(statements);
        statements.forEach(hazards::look);
        return List.copyOf(hazards.found);
    }

    /** Whether a statement of the text cannot run in a transaction, such as what Postgres does concurrently. */
    public static boolean bearsNoTransaction(String sql) {
        return Statements.of(sql).stream().anyMatch(NoTransaction::isBorneBy);
    }

    private void look(Statement s) {
        switch (s.at(0).kind() == Token.Kind.WORD ? s.at(0).text() : "") {
            case "create" -> create(s);
            case "drop" -> drop(s);
            case "alter" -> alter(s);
            case "truncate" -> truncate(s);
            case "delete" -> one(s, s.skip(1, "from"), s.hasAt(1, "from"), Kind.DELETES, "deletes rows of");
            case "merge" -> one(s, s.skip(1, "into"), s.has("then", "delete"), Kind.DELETES, "deletes rows of");
            case "update" -> update(s);
            case "lock" -> lock(s);
            case "cluster" -> one(s, s.skip(1, "verbose"), true, Kind.REWRITES, "sorts and rewrites");
            case "vacuum" -> vacuum(s);
            case "reindex" -> reindex(s);
            case "refresh" -> one(s, 3, !s.has("concurrently"), Kind.LONG_LOCK, "makes anew and locks");
            case "revoke" -> revoke(s);
            // temporary tables may be gone, or names may mean other tables
            case "commit", "discard", "rollback" -> created.forgetAll();
            case "reset", "set" -> {
                if (s.has("search_path")) {
                    created.forgetAll();
                }
            }
            default -> {}
        }
    }

    private void create(Statement s) {
        created.add(s);
        boolean index = s.startsWith("create", "index") || s.startsWith("create", "unique", "index");
        if (index && !s.isConcurrent()) {
            one(s, s.findOutside(1, "on") + 1, true, Kind.LONG_LOCK, "makes an index, not concurrently, on");
        } else if (s.hasAt(s.skip(1, "or replace"), "rule")) {
            change(MadeAnew.owner(s), "changes by a rule what is done to %s");
        } else if (s.hasAt(1, "policy") && s.has("as", "restrictive")) {
            change(MadeAnew.owner(s), TableAction.ROW_SECURITY);
        }
    }

    private void drop(Statement s) {
        for (Dropped dropped : Dropped.by(s)) {
            Name table = dropped.table();
            boolean ours = table != null && created.isNew(table);
            if (!ours && !madeAnew.has(s, dropped)) {
                add(table, Kind.DROPS, dropped.words());
            }
            if (dropped.isTable()) {
                created.forget(dropped.name());
            }
        }
    }

    private void alter(Statement s) {
        if (s.hasAt(1, "table") || s.hasAt(1, "foreign", "table")) {
            int at = s.skip(s.skip(s.hasAt(1, "table") ? 2 : 3, "if exists"), "only");
            if (s.hasAt(at, "all", "in", "tablespace")) {
                add(null, Kind.REWRITES, "moves every table of a tablespace");
                return;
            }
            Name table = Name.at(s, at);
            for (Statement action : s.parts(s.skip(table.end(), "*"), s.size())) {
                alterTable(s, table, action);
            }
            return;
        }
        if (s.hasAt(1, "policy")) {
            Name table = MadeAnew.owner(s);
            if (!s.hasAt(table.end(), "rename")) {
                change(table, TableAction.ROW_SECURITY);
            }
            return;
        }
        int name = s.skip(s.skip(s.hasAt(1, "materialized", "view") ? 3 : 2, "if exists"), "only");
        Name thing = Name.at(s, name);
        int action = thing.end();
        String words = s.at(1).text() + " " + thing;
        if (s.hasAt(action, "rename") || s.hasAt(action, "set", "schema")) {
            add(null, Kind.RENAMES, "renames the " + words);
        } else if (s.hasAt(action, "drop", "constraint") || s.hasAt(action, "drop", "attribute")) {
            add(
                    null,
                    Kind.DROPS,
                    "drops the " + s.at(action + 1).text() + " " + Name.at(s, s.skip(action + 2, "if exists"))
                            + " of the " + words);
        } else if (s.startsWith("alter", "domain")
                && (s.hasAt(action, "set", "not", "null") || s.hasAt(action, "add"))
                && !s.has("not", "valid")) {
            add(null, Kind.LONG_LOCK, "checks every value of the " + words);
        }
    }

    private void alterTable(Statement s, Name table, Statement action) {
        boolean attaches = action.startsWith("attach", "partition");
        // a new table may get the rows of one that was there
        Name rows = attaches && created.isNew(table) ? Name.at(action, 2) : table;
        TableAction.hazard(action, rows, madeAnew.hasConstraint(s, table, action))
                .filter(hazard -> hurts(hazard.kind(), rows))
                .ifPresent(found::add);
        if (attaches && !created.isNew(Name.at(action, 2))) {
            created.forget(table);
        } else if (action.startsWith("inherit")) {
            created.forget(Name.at(action, 1));
        } else if (action.startsWith("rename", "to") || action.startsWith("set", "schema")) {
            created.forget(table);
        }
    }

    private void truncate(Statement s) {
        if (s.has("cascade")) {
            // it reaches tables that refer to this one
            created.forgetAll();
        }
        eachTable(s, s.skip(1, "table"), Kind.TRUNCATES, "empties");
    }

    private void update(Statement s) {
        Name table = Name.at(s, s.skip(1, "only"));
        // what is written over is lost, so it takes more than a table that may be new
        if (WholeTable.isUpdatedBy(s) && !created.isNew(table)) {
            add(table, Kind.LONG_LOCK, "updates every row of " + table.words());
        }
    }

    private void revoke(Statement s) {
        int on = s.findOutside(1, "on");
        int first = s.skip(on + 1, "table");
        int from = s.findOutside(1, "from");
        boolean tables = on > 0 && (first > on + 1 || !s.at(on + 2).isName() || on + 2 == from);
        if (!tables) {
            add(null, Kind.CHANGES_BEHAVIOR, "takes away rights");
            return;
        }
        for (Statement part : s.parts(first, from < 0 ? s.size() : from)) {
            change(Name.at(part, 0), "takes away rights on %s");
        }
    }

    private void lock(Statement s) {
        int first = s.skip(1, "table");
        int in = s.findOutside(first, "in");
        boolean gentle = GENTLE_LOCKS.contains(s.at(in + 1).text()) && !s.hasAt(in + 1, "access", "exclusive");
        if (in < 0 || !gentle) {
            eachTable(
                    new Statement(s.tokens().subList(0, in < 0 ? s.size() : in), s.inBlock()),
                    first,
                    Kind.LONG_LOCK,
                    "locks");
        }
    }

    private void vacuum(Statement s) {
        if (s.hasAt(1, "full")) {
            one(s, s.skip(s.skip(s.skip(2, "freeze"), "verbose"), "analyze"), true, Kind.REWRITES, "rewrites");
        } else if (s.at(1).is("(") && s.has("full")) {
            one(s, s.closing(1) + 1, true, Kind.REWRITES, "rewrites");
        }
    }

    private void reindex(Statement s) {
        if (!s.isConcurrent()) {
            int what = s.at(1).is("(") ? s.closing(1) + 1 : 1;
            Name name = Name.at(s, what + 1);
            add(
                    s.at(what).is("table") ? name : null,
                    Kind.LONG_LOCK,
                    "makes indexes anew, not concurrently: " + s.at(what).text() + " " + name);
        }
    }

    private void one(Statement s, int place, boolean hurts, Kind kind, String words) {
        Name table = Name.at(s, s.skip(place, "only"));
        if (hurts && hurts(kind, table)) {
            add(table, kind, words + " " + table.words());
        }
    }

    private boolean hurts(Kind kind, Name table) {
        return kind == Kind.LONG_LOCK ? !created.mayBeNew(table) : !created.isNew(table);
    }

    /** With the table's place in the words. */
    private void change(Name table, String words) {
        if (!created.isNew(table)) {
            add(table, Kind.CHANGES_BEHAVIOR, words.formatted(table.words()));
        }
    }

    private void eachTable(Statement s, int first, Kind kind, String words) {
        for (Statement part : s.parts(first, s.size())) {
            one(part, 0, true, kind, words);
        }
    }

    private void add(@Nullable Name table, Kind kind, String words) {
        found.add(new Hazard(table != null && table.isKnown() ? table.toString() : null, kind, words));
    }
}
