package dev.bobbin.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserHeaderTest {

    @ParameterizedTest
    @CsvSource({"alice,alice", "a%20b,a%20b", "utf-8''a+b%2Bc,a+b+c", "utf-8''%F0%9F%98%80,😀", "UTF-8''plain,plain"})
    void asciiIsTakenAsItIsAndTheExtendedFormDecoded(String header, String user) {
        assertThat(UserHeader.decode(header)).isEqualTo(user);
    }

    @Test
    void rawUtf8IsReadThoughHttpCallsItLatin1() {
        String onTheWire = new String("zoë 😀".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(UserHeader.decode(onTheWire)).isEqualTo("zoë 😀");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zo\u00EB", "utf-8''%zz", "utf-8''%F0%9F"})
    void whatIsNeitherIsRefused(String header) {
        assertThatThrownBy(() -> UserHeader.decode(header)).isInstanceOf(ProblemException.class);
    }
}
