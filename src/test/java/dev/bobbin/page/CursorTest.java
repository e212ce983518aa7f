package dev.bobbin.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.problem.ProblemException;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Random;
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
        for (int[] change : new int[][] {{0, 0}, {0, 2}, {1, 8}, {1, 255}, {2, 127}, {2, 128}}) {
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
            byte[] bytes = new byte[18];
            random.nextBytes(bytes);
            bytes[0] = 1;
            bytes[1] &= 7;
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
