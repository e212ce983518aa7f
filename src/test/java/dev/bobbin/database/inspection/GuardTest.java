package dev.bobbin.database.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.database.migration.Migration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A migration is destructive where it meets rows. */
class GuardTest {

    private static final Migration DROPS = Migration.of("V9__less.sql", "alter table threads drop column title;");

    private static final Migration SAYS_SO =
            Migration.of("V9__call.sql", "-- destructive: the function deletes what is old\nselect tidy();");

    private static final Migration ADDS = Migration.of("V9__more.sql", "alter table threads add column note text;");

    @Test
    void whatItDoesToATableWithRowsCounts() {
        Guard.Pending pending = Guard.look(DROPS, List.of(size("threads", 3L, true)));
        assertThat(pending.destructive()).isTrue();
        assertThat(pending.dangers()).singleElement().satisfies(danger -> {
            assertThat(danger.hazard().words()).isEqualTo("drops the column title of threads");
            assertThat(danger.size()).isEqualTo(size("threads", 3L, true));
        });
    }

    @Test
    void whatItDoesToNoRowsDoesNot() {
        assertThat(Guard.look(DROPS, List.of()).destructive()).isFalse();
        assertThat(Guard.look(DROPS, List.of(size("threads", 0L, true))).destructive())
                .isFalse();
        assertThat(Guard.look(DROPS, List.of(size("thread_items", 5L, true))).destructive())
                .isFalse();
        assertThat(Guard.look(ADDS, List.of(size("threads", 3L, true))).destructive())
                .isFalse();
    }

    @Test
    void rowsThatNobodyCountedMayBeThere() {
        assertThat(Guard.look(DROPS, List.of(size("threads", null, false))).destructive())
                .isTrue();
        assertThat(Guard.look(DROPS, List.of(size("threads", 0L, false))).destructive())
                .isTrue();
    }

    @Test
    void whatOnlyItsHeaderTellsCountsWhereAnyTableHasRows() {
        assertThat(Guard.look(SAYS_SO, List.of(size("threads", 0L, true), size("thread_items", 1L, true)))
                        .destructive())
                .isTrue();
        assertThat(Guard.look(SAYS_SO, List.of(size("threads", 0L, true))).destructive())
                .isFalse();
    }

    private static TableSize size(String table, Long rows, boolean exact) {
        return new TableSize(table, rows, exact, 8192);
    }
}
