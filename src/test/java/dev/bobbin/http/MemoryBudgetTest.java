package dev.bobbin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

    private final MemoryBudget budget = new MemoryBudget(100);
    private final List<String> granted = new ArrayList<>();

    @Test
    void whatFitsIsThereAtOnceAndWhatDoesNotComesInTheOrderOfAsking() {
        var first = reserve("first", 60);
        reserve("second", 70);
        reserve("third", 60);
        assertThat(granted).containsExactly("first");
        first.release();
        assertThat(granted).containsExactly("first", "second");
    }

    @Test
    void aSmallerOneEntersBeforeOneThatWaitsOnlyWhereItKeepsNothingFromIt() {
        var first = reserve("first", 60);
        reserve("second", 70);
        reserve("small", 30);
        reserve("too large to let the second in", 10);
        assertThat(granted).containsExactly("first", "small");
        first.release();
        assertThat(granted).containsExactly("first", "small", "second");
    }

    @Test
    void theOldestAlwaysGrowsToWhatItAnnounced() {
        var oldest = budget.open(100);
        var younger = budget.open(100);
        assertThat(oldest.grow(40, () -> {})).isTrue();
        assertThat(younger.grow(1, () -> granted.add("younger"))).isFalse();
        assertThat(oldest.grow(100, () -> {})).isTrue();
        oldest.settle(100);
        assertThat(granted).isEmpty();
        oldest.release();
        assertThat(granted).containsExactly("younger");
    }

    @Test
    void whatIsNotUsedIsGivenBackOnceItIsKnown() {
        var chunked = budget.open(100);
        chunked.grow(50, () -> {});
        reserve("other", 60);
        assertThat(granted).isEmpty();
        chunked.settle(40);
        assertThat(granted).containsExactly("other");
    }

    @Test
    void moreThanThereIsTakesAllOfIt() {
        var all = reserve("all", 1_000);
        assertThat(granted).containsExactly("all");
        reserve("one", 1);
        assertThat(granted).containsExactly("all");
        all.release();
        assertThat(granted).containsExactly("all", "one");
    }

    @Test
    void whatGaveUpLetsOthersInAndIsNotGranted() {
        reserve("first", 90);
        var second = reserve("second", 100);
        reserve("third", 10);
        assertThat(granted).containsExactly("first");
        assertThat(second.giveUp()).isTrue();
        assertThat(second.giveUp()).isFalse();
        assertThat(granted).containsExactly("first", "third");
    }

    @Test
    void aSecondReleaseAndGrowthAfterItDoNothing() {
        var first = reserve("first", 60);
        first.release();
        first.release();
        first.settle(10);
        assertThat(first.grow(60, () -> granted.add("released"))).isFalse();
        reserve("all", 100);
        reserve("one", 1);
        assertThat(granted).containsExactly("first", "all");
    }

    /** Bodies of unknown length that all grow step by step: whatever the order of their steps, all come to their end. */
    @Test
    void noOrderOfStepsEndsInAllOfThemWaiting() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            MemoryBudget shared = new MemoryBudget(100);
            List<Growing> unfinished = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                unfinished.add(new Growing(shared.open(20 + random.nextInt(81))));
            }
            while (!unfinished.isEmpty()) {
                List<Growing> free =
                        unfinished.stream().filter(each -> !each.waiting).toList();
                assertThat(free).as("seed " + seed).isNotEmpty();
                Growing next = free.get(random.nextInt(free.size()));
                if (next.has >= next.end) {
                    next.reservation.release();
                    unfinished.remove(next);
                } else {
                    next.step();
                }
                assertThat(unfinished.stream().mapToLong(each -> each.has).sum())
                        .isLessThanOrEqualTo(100);
            }
        }
    }

    private static final class Growing {
        private final MemoryBudget.Reservation reservation;
        private final long end = 20;
        private long has;
        private boolean waiting;

        private Growing(MemoryBudget.Reservation reservation) {
            this.reservation = reservation;
        }

        private void step() {
            waiting = true;
            long next = has + 5;
            if (reservation.grow(next, () -> has(next))) {
                has(next);
            }
        }

        private void has(long bytes) {
            waiting = false;
            has = bytes;
        }
    }

    private MemoryBudget.Reservation reserve(String name, long bytes) {
        var reservation = budget.open(bytes);
        if (reservation.grow(bytes, () -> granted.add(name))) {
            granted.add(name);
        }
        return reservation;
    }
}
