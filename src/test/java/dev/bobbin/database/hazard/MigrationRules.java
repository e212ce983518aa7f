package dev.bobbin.database.hazard;

import dev.bobbin.database.migration.Migration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What every migration of ours keeps to; docs/development.md says it to whoever writes one. */
final class MigrationRules {

    private static final Set<String> IF_NOT_EXISTS =
            Set.of("table", "index", "statistics", "schema", "sequence", "extension");
    private static final Set<String> OR_REPLACE = Set.of("view", "function", "procedure", "trigger");

    private final Migration migration;
    private final List<Statement> statements;
    private final Set<String> broken = new LinkedHashSet<>();

    private MigrationRules(Migration migration) {
        this.migration = migration;
        this.statements = Statements.of(migration.sql());
    }

    /** Which rules a migration breaks, in words; empty where it keeps to all. */
    static List<String> broken(Migration migration) {
        MigrationRules rules = new MigrationRules(migration);
        rules.statements.forEach(rules::look);
        rules.header();
        return List.copyOf(rules.broken);
    }

    /** Which rules a list breaks, beside those that each of them breaks. */
    static List<String> brokenByAll(List<Migration> migrations) {
        List<String> broken = new ArrayList<>();
        for (int i = 0; i < migrations.size(); i++) {
            Migration migration = migrations.get(i);
            if (migration.version() != i + 1) {
                broken.add("versions are consecutive: " + migration.file());
            }
            if (!migration.file().matches("V\\d+__[a-z0-9]+(_[a-z0-9]+)*\\.sql")) {
                broken.add("words of a name are in lower case: " + migration.file());
            }
        }
        return broken;
    }

    private void header() {
        List<Hazard> hazards = migration.hazards();
        if (!hazards.isEmpty() && migration.destructive() == null) {
            broken.add("needs a line -- destructive: reason, since it "
                    + hazards.get(0).words());
        }
        if (!migration.transactional() && statements.size() > 1) {
            broken.add("what is done concurrently stands alone in its file");
        }
        if (migration.compatible()
                && (!hazards.isEmpty() || !statements.stream().allMatch(this::isAdditive))) {
            broken.add("a compatible migration only adds");
        }
    }

    private void look(Statement s) {
        switch (s.at(0).text()) {
            case "create" -> create(s);
            case "drop" -> requires(s.has("if", "exists"), "drop … if exists");
            case "alter" -> alter(s);
            case "insert" -> requires(s.has("where") || s.has("on", "conflict"), "insert … on conflict, or … where");
            case "update", "delete" ->
                requires(s.findOutside(1, "where") > 0, s.at(0).text() + " … where");
            default -> {}
        }
        boolean types = s.startsWith("create", "table") || s.startsWith("alter", "table");
        for (int i = 0; types && i < s.size(); i++) {
            int zone = s.at(i + 1).is("(") ? s.closing(i + 1) + 1 : i + 1;
            boolean withoutZone = s.at(i).is("timestamp") && !s.hasAt(zone, "with", "time", "zone");
            requires(!withoutZone, "times are timestamptz");
        }
    }

    private void create(Statement s) {
        int what = s.skip(s.skip(s.skip(s.skip(1, "or replace"), "unique"), "temp", "temporary"), "materialized");
        String type = s.at(what).text();
        int name = s.skip(what + 1, "concurrently");
        if (IF_NOT_EXISTS.contains(type) || s.hasAt(1, "materialized")) {
            requires(s.hasAt(name, "if", "not", "exists"), "create " + type + " if not exists");
        } else if (OR_REPLACE.contains(type)) {
            requires(s.hasAt(1, "or", "replace") || isDroppedBefore(s, type, name), "create or replace " + type);
        } else {
            requires(
                    s.inBlock() || isDroppedBefore(s, type, name),
                    "create " + type + " in a do block that looks first");
        }
        if (type.equals("table")) {
            int open = s.findOutside(name, "(");
            for (Statement element : open < 0 ? List.<Statement>of() : s.parts(open + 1, s.closing(open))) {
                namedConstraints(element);
            }
        }
    }

    private boolean isDroppedBefore(Statement create, String type, int name) {
        return before(create).stream()
                .filter(s -> s.startsWith("drop", type, "if", "exists"))
                .anyMatch(s -> Name.at(s, 4).matches(Name.at(create, name)));
    }

    private List<Statement> before(Statement statement) {
        return statements.subList(0, statements.indexOf(statement));
    }

    private void alter(Statement s) {
        if (s.has("rename") || s.has("set", "schema")) {
            requires(s.inBlock(), "rename in a do block that looks first");
        }
        if (!s.hasAt(1, "table")) {
            return;
        }
        Name table = Name.at(s, s.skip(s.skip(2, "if exists"), "only"));
        for (Statement action : s.parts(table.end(), s.size())) {
            if (action.startsWith("drop")) {
                requires(action.has("if", "exists"), "drop … if exists");
            } else if (action.startsWith("add")) {
                namedConstraints(action);
                if (action.hasAt(1, "constraint")) {
                    requires(
                            s.inBlock() || isConstraintDroppedBefore(s, Name.at(action, 2)),
                            "add constraint in a do block that looks first, or behind drop constraint if exists");
                } else if (!isConstraint(action, 1)) {
                    requires(action.hasAt(action.skip(1, "column"), "if", "not", "exists"), "add column if not exists");
                }
            }
        }
    }

    private boolean isConstraintDroppedBefore(Statement add, Name constraint) {
        String[] words = {"drop", "constraint", "if", "exists"};
        List<Statement> candidates = new ArrayList<>(before(add));
        candidates.add(add);
        return candidates.stream().anyMatch(s -> {
            int drop = s.find(1, words);
            return drop > 0 && Name.at(s, drop + words.length).matches(constraint);
        });
    }

    /** Each constraint of a column or a table stands behind {@code constraint} and its name. */
    private void namedConstraints(Statement element) {
        for (int i = 0; i < element.size(); i = element.at(i).is("(") ? element.closing(i) + 1 : i + 1) {
            boolean ofForeignKey = element.at(i).is("references") && element.findOutside(0, "foreign", "key") >= 0;
            if (isConstraint(element, i) && !ofForeignKey) {
                requires(
                        element.at(i - 2).is("constraint"),
                        "constraint name " + element.at(i).text());
            }
        }
    }

    private static boolean isConstraint(Statement s, int place) {
        return s.hasAt(place, "primary", "key")
                || s.hasAt(place, "foreign", "key")
                || s.hasAt(place, "references")
                || s.hasAt(place, "unique")
                || s.hasAt(place, "check")
                || s.hasAt(place, "exclude");
    }

    private boolean isAdditive(Statement s) {
        if (s.startsWith("alter", "table")) {
            Name table = Name.at(s, s.skip(s.skip(2, "if exists"), "only"));
            return s.parts(table.end(), s.size()).stream().allMatch(MigrationRules::addsAColumn);
        }
        return s.startsWith("create", "table")
                || s.startsWith("create", "index")
                || s.startsWith("create", "statistics");
    }

    /** A column that the build before can leave out of its inserts. */
    private static boolean addsAColumn(Statement action) {
        return action.startsWith("add")
                && !action.hasAt(1, "constraint")
                && !isConstraint(action, 1)
                && (!action.has("not", "null") || action.has("default"));
    }

    private void requires(boolean kept, String rule) {
        if (!kept) {
            broken.add(rule);
        }
    }
}
