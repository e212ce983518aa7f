package dev.bobbin.database.hazard;

import java.util.ArrayList;
import java.util.List;

/** The tables that a migration has created up to one of its statements, so that nobody has rows in them. */
final class CreatedTables {

    /** @param certain whether no table of that name can have been there */
    private record Created(Name name, boolean temporary, boolean certain) {

        boolean isCalled(Name other) {
            return temporary
                    ? name.last().equals(other.last())
                            && (other.parts().size() == 1
                                    || other.parts().get(0).equals("pg_temp"))
                    : name.parts().equals(other.parts());
        }
    }

    private final List<Created> tables = new ArrayList<>();

    /** Notes the table, if the statement creates one. The rows of a foreign one are elsewhere, and may be there. */
    void add(Statement create) {
        int table = create.skip(create.skip(1, "global", "local"), "temp", "temporary", "unlogged");
        if (!create.hasAt(table, "table")) {
            return;
        }
        int place = create.skip(table + 1, "if not exists");
        Name name = Name.at(create, place);
        if (name.isKnown()) {
            boolean temporary = create.at(table - 1).text().startsWith("temp")
                    || name.parts().get(0).equals("pg_temp");
            boolean mayHaveBeen = place > table + 1 && !temporary;
            // a block may not come to it, or go on where it fails
            tables.add(new Created(name, temporary, !mayHaveBeen && !create.inBlock()));
        }
    }

    /** For when the name may mean another table from here on, or others' rows are in it. */
    void forget(Name table) {
        tables.removeIf(created -> created.name.matches(table));
    }

    void forgetAll() {
        tables.clear();
    }

    /** Whether it is certain that the migration has created the table. */
    boolean isNew(Name table) {
        return tables.stream().anyMatch(created -> created.certain && created.isCalled(table));
    }

    /** Whether the migration has created the table, unless it was there before. */
    boolean mayBeNew(Name table) {
        return tables.stream().anyMatch(created -> created.isCalled(table));
    }
}
