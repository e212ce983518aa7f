package dev.bobbin.schema;

import org.junit.jupiter.api.Tag;

/** The same with two million rows in each table; docs/scale.md has the figures. */
@Tag("repeated")
class StatementCostIT extends StatementCostTest {

    @Override
    int rows() {
        return 2_000_000;
    }
}
