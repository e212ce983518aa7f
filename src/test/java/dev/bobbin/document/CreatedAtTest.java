package dev.bobbin.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreatedAtTest {

    @ParameterizedTest
    @CsvSource({
        "2026-11-21T00:54:09.050329, 2026-11-21T00:54:09.050329Z",
        "2026-11-21T00:54:09, 2026-11-21T00:54:09Z",
        "2026-11-21T00:54, 2026-11-21T00:54Z",
        "2026-11-21, 2026-11-21T00:00Z",
        "2026-11-21t00:54:09z, 2026-11-21T00:54:09Z",
        "2026-11-21 00:54:09+02:00, 2026-11-20T22:54:09Z",
        "2026-11-21T00:54:09-0530, 2026-11-21T06:24:09Z",
        "2026-11-21T00:54:09+01, 2026-11-20T23:54:09Z",
        "2026-11-21T00:54:09+23:59, 2026-11-20T00:55:09Z",
        "2026-11-21T00:54:09-2359, 2026-11-22T00:53:09Z",
        "2026-11-21T00:54:09.123456789Z, 2026-11-21T00:54:09.123456Z",
        "0001-01-01T00:00:00, 0001-01-01T00:00Z",
        "9999-12-31T23:59:59.999999, 9999-12-31T23:59:59.999999Z"
    })
    void isoTextIsReadAndATimeWithoutZoneIsUtc(String text, String instant) {
        assertThat(CreatedAt.parse(text, false)).hasToString(instant);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1970-01-01T00:00Z",
        "1767225600, 2026-01-01T00:00Z",
        "1767225600.5, 2026-01-01T00:00:00.500Z",
        "1767225600123, 2026-01-01T00:00:00.123Z",
        "1.7672256e9, 2026-01-01T00:00Z",
        "-1.5, 1969-12-31T23:59:58.500Z"
    })
    void numbersAreSecondsAndLargeOnesMilliseconds(String text, String instant) {
        assertThat(CreatedAt.parse(text, true)).hasToString(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "2026",
                "2026-13-01",
                "2026-02-30T00:00:00",
                "2026-01-01T24:00:00",
                "2026-01-01T00:00:60",
                "2026-01-01T00:00:00+24:00",
                "2026-01-01T00:00:00+25:00",
                "2026-01-01T00:00:00+01:60",
                "0000-01-01T00:00:00",
                "0001-01-01T00:00:00+10:00",
                "12026-01-01T00:00:00",
                "2026-01-01T00:00:00ZZ",
                "1767225600"
            })
    void otherTextIsNoTime(String text) {
        assertThat(CreatedAt.parse(text, false)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1e400", "-1e400", "1e999999999", "1e99999999999", "99999999999999999999999", "300000000000000"})
    void numbersBeyondTheYear9999AreNoTime(String text) {
        assertThat(CreatedAt.parse(text, true)).isNull();
    }
}
