package dev.bobbin.schema;

import org.junit.jupiter.api.Tag;

/** The same with ten million rows in each table, in about half an hour; docs/scale.md has the figures. */
@Tag("repeated")
class StatementCostIT extends StatementCostTest {

    @Override
    int rows() {
        return Integer.getInteger("statement.rows", 10_000_000);
    }

    @Override
    int most(int pages) {
        return pages * 3 / 2;
    }
}
