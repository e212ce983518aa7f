package dev.bobbin.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.page.Walk.Rest;
import dev.bobbin.page.Walk.Seen;
import dev.bobbin.problem.ProblemException;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

    private static final OffsetDateTime TIME = OffsetDateTime.parse("2026-11-21T00:54:09.050329Z");

    @Test
    void everyPlaceComesBack() {
        List<OffsetDateTime> times = List.of(
                TIME,
                OffsetDateTime.parse("0001-01-01T00:00:00Z"),
                OffsetDateTime.parse("1969-12-31T23:59:59.999999Z"),
                OffsetDateTime.parse("9999-12-31T23:59:59.999999Z"));
        for (OffsetDateTime time : times) {
            for (long seq : new long[] {0, 1, Long.MAX_VALUE}) {
                for (Sort sort : Sort.values()) {
                    for (Order order : Order.values()) {
                        for (boolean backward : new boolean[] {true, false}) {
                            Cursor cursor = new Cursor(backward, sort, order, new Place(time, seq), null);
                            assertThat(cursor.encode()).matches("[A-Za-z0-9_-]{24}");
                            assertThat(Cursor.decode(cursor.encode())).isEqualTo(cursor);
                        }
                    }
                }
            }
        }
    }

    @Test
    void aWalkComesBack() {
        Seen one = new Seen(Snapshot.of("733:733:"), TIME);
        Seen other = new Seen(Snapshot.of("9000000000:9000000007:9000000000,9000000003"), TIME.minusDays(1));
        for (Walk walk : List.of(new Walk(one, null), new Walk(one, new Rest(new Place(TIME, 7), other)))) {
            Cursor cursor = new Cursor(false, Sort.ACTIVE_AT, Order.DESC, new Place(TIME, 5), walk);
            assertThat(Cursor.decode(cursor.encode())).isEqualTo(cursor);
        }
        assertThat(other.snapshot()).hasToString("9000000000:9000000007:9000000000,9000000003");
    }

    /** It calls transactions unseen that it saw, but none seen that it did not. */
    @Test
    void aLongSnapshotIsCut() {
        String running = IntStream.range(1, 100).mapToObj(n -> "" + 10 * n).collect(Collectors.joining(","));
        assertThat(Snapshot.of("10:1000:" + running).toString())
                .startsWith("10:320:10,20,")
                .endsWith(",300,310");
        Seen longest = new Seen(Snapshot.of("10:1000:" + running), TIME);
        Cursor cursor = new Cursor(
                true,
                Sort.ACTIVE_AT,
                Order.DESC,
                new Place(TIME, 5),
                new Walk(longest, new Rest(new Place(TIME, 7), longest)));
        assertThat(Cursor.decode(cursor.encode())).isEqualTo(cursor);
        assertThat(cursor.encode()).hasSizeLessThan(500);
    }

    @Test
    void aSnapshotThatPostgresDoesNotReadIsRefused() {
        for (String text : List.of("0:5:", "-1:5:", "7:5:", "5:7:4", "5:7:8", "5:9:7,6")) {
            Walk walk = new Walk(new Seen(Snapshot.of(text), TIME), null);
            assertRefused(new Cursor(false, Sort.ACTIVE_AT, Order.DESC, new Place(TIME, 5), walk).encode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "thr_1", "AQ", "====", "ä", "null", " ", "AQAAAAAAAAAAAAAAAAAAAAAA=", "%00"})
    void anythingElseIsRefused(String text) {
        assertRefused(text);
    }

    @Test
    void anotherVersionFlagOrAYearThatPostgresLacksIsRefused() {
        byte[] bytes = Base64.getUrlDecoder()
                .decode(new Cursor(false, Sort.CREATED_AT, Order.ASC, new Place(TIME, 5), null).encode());
        assertThat(Cursor.decode(text(bytes)).place().seq()).isEqualTo(5);
        for (int[] change : new int[][] {{0, 0}, {0, 1}, {0, 3}, {1, 8}, {1, 16}, {1, 255}, {2, 127}, {2, 128}}) {
            byte[] changed = bytes.clone();
            changed[change[0]] = (byte) change[1];
            assertRefused(text(changed));
        }
        assertRefused(text(new byte[0]));
        assertRefused(text(new byte[17]));
        assertRefused(text(new byte[10_000]));
    }

    @Test
    void noTextMakesItFailOtherwise() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[i % 2 == 0 ? 18 : 39];
            random.nextBytes(bytes);
            bytes[0] = 2;
            bytes[1] &= 15;
            try {
                Cursor cursor = Cursor.decode(text(bytes));
                assertThat(cursor.encode()).isEqualTo(text(bytes));
            } catch (ProblemException refused) {
                assertThat(refused.detail()).startsWith("cursor must be ");
            }
        }
    }

    private static void assertRefused(String text) {
        assertThatThrownBy(() -> Cursor.decode(text))
                .isInstanceOf(ProblemException.class)
                .hasMessage("cursor must be the next or previous of a page");
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
