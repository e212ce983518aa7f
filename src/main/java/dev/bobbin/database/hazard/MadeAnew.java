package dev.bobbin.database.hazard;

import java.util.List;
import java.util.Set;

/** Finds what a migration drops and then makes again, so that nothing is gone when it is done. */
final class MadeAnew {

    private static final Set<String> DEFINITIONS =
            Set.of("view", "index", "trigger", "function", "procedure", "policy", "rule", "statistics");

    private final List<Statement> statements;

    MadeAnew(List<Statement> statements) {
        this.statements = statements;
    }

    /** Whether what is dropped comes back, and held nothing but its definition. */
    boolean has(Statement drop, Dropped dropped) {
        if (!DEFINITIONS.contains(dropped.type()) || drop.has("cascade")) {
            return false;
        }
        Name table = dropped.table();
        return behind(drop).stream().filter(s -> s.startsWith("create")).anyMatch(s -> {
            int place = s.find(1, dropped.type());
            return place > 0
                    && place <= 3
                    && Name.at(s, s.skip(s.skip(place + 1, "concurrently"), "if not exists"))
                            .matches(dropped.name())
                    && (table == null || table.matches(owner(s)));
        });
    }

    /** Whether the constraint that an action of {@code alter table} drops is added again. */
    boolean hasConstraint(Statement alter, Name table, Statement action) {
        if (!action.startsWith("drop", "constraint") || action.has("cascade")) {
            return false;
        }
        Name name = Name.at(action, action.skip(2, "if exists"));
        return behind(alter).stream()
                .filter(s -> s.startsWith("alter", "table"))
                .filter(s -> Name.at(s, s.skip(s.skip(2, "if exists"), "only")).matches(table))
                .anyMatch(s -> {
                    int add = s.find(2, "add", "constraint");
                    return add > 0 && Name.at(s, add + 2).matches(name);
                });
    }

    /** The table that a trigger, a policy or a rule is of. */
    static Name owner(Statement create) {
        // a rule stands on an event: "on delete to t"
        String word = create.hasAt(create.skip(1, "or replace"), "rule") ? "to" : "on";
        return Name.at(create, create.findOutside(1, word) + 1);
    }

    private List<Statement> behind(Statement statement) {
        return statements.subList(statements.indexOf(statement), statements.size());
    }
}
