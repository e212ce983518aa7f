package dev.bobbin.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailedSignInsTest {

    private final FailedSignIns failures = new FailedSignIns();

    @Test
    void failuresOfAnAddressAreAnsweredOneASecond() {
        assertThat(failures.add("a", 5_000)).isEqualTo(1_000);
        assertThat(failures.add("a", 5_100)).isEqualTo(1_900);
        assertThat(failures.add("b", 5_100)).isEqualTo(1_000);
        assertThat(failures.add("a", 60_000)).isEqualTo(1_000);
    }

    @Test
    void noKeyIsLookedAtWhenTooManyWait() {
        for (int i = 0; i < 10; i++) {
            assertThat(failures.areTooMany("a", 5_000)).isFalse();
            failures.add("a", 5_000);
        }
        assertThat(failures.areTooMany("a", 5_000)).isTrue();
        assertThat(failures.areTooMany("b", 5_000)).isFalse();
        assertThat(failures.areTooMany("a", 5_001)).isFalse();
    }

    @Test
    void addressesAreBounded() {
        for (int i = 0; i < 10; i++) {
            failures.add("a", 5_000);
        }
        for (int i = 0; i < 1_000; i++) {
            failures.add("b" + i, 5_000);
        }
        assertThat(failures.areTooMany("a", 5_000)).isFalse();
    }
}
