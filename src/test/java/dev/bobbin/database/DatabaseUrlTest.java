package dev.bobbin.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // url | host | port | database | user | password | sslmode
                "postgresql://u:p@h/d|h|5432|d|u|p|require",
                "postgres://u:p@h:6543/d|h|6543|d|u|p|require",
                "POSTGRESQL://u:p@h/d|h|5432|d|u|p|require",
                "postgresql+asyncpg://u:p@h/d?ssl=require|h|5432|d|u|p|require",
                "postgresql+psycopg://u:p@h/d?sslmode=verify-full|h|5432|d|u|p|verify-full",
                "postgresql+psycopg2://u:p@h/d?sslmode=PREFER&x=y|h|5432|d|u|p|prefer",
                "postgresql://u:p@ep-cool-1.eu-central-1.aws.neon.tech/neondb?sslmode=require&channel_binding=require"
                        + "|ep-cool-1.eu-central-1.aws.neon.tech|5432|neondb|u|p|require",
                "postgresql://u:p%40%2F%3A%25@h/d|h|5432|d|u|p@/:%|require",
                "postgresql://u:p+q@h/d|h|5432|d|u|p+q|require",
                "postgresql://us%65r:p@ss@word@h/d|h|5432|d|user|p@ss@word|require",
                "postgresql://u:a/b?c#d@h/d|h|5432|d|u|a/b?c#d|require",
                "postgresql://u:%C3%A4@h/my%20db|h|5432|my db|u|ä|require",
                "postgresql://u:p@[2001:db8::1]:5433/d|2001:db8::1|5433|d|u|p|require",
                "postgresql://u:p@[::1]/d|::1|5432|d|u|p|disable",
                "postgresql://u:p@localhost/d|localhost|5432|d|u|p|disable",
                "postgresql://u:p@127.0.0.1/d?sslmode=require|127.0.0.1|5432|d|u|p|require",
                "postgresql://u:p@h/d?ssl=true|h|5432|d|u|p|require",
                "postgresql://u:p@h/d?application_name=me@work|h|5432|d|u|p|require",
                "postgresql://u:p@h1:1/d?x=a@h2:2/e|h1|1|d|u|p|require",
                "postgresql://u:p@h/d?|h|5432|d|u|p|require",
                "  postgresql://u:p@h/d  |h|5432|d|u|p|require",
            },
            ignoreLeadingAndTrailingWhitespace = false)
    void everyCommonFormIsUnderstood(
            String url, String host, int port, String database, String user, String password, String sslMode) {
        DatabaseUrl parsed = DatabaseUrl.parse(url);
        assertThat(parsed.host()).isEqualTo(host);
        assertThat(parsed.port()).isEqualTo(port);
        assertThat(parsed.database()).isEqualTo(database);
        assertThat(parsed.user()).isEqualTo(user);
        assertThat(parsed.password()).isEqualTo(password);
        assertThat(parsed.sslMode()).isEqualTo(sslMode);
    }

    @Test
    void thePasswordMayBeMissing() {
        assertThat(DatabaseUrl.parse("postgresql://u@h/d").password()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "h/d",
                "mysql://u:s3cret@h/d",
                "jdbc:postgresql://h/d?user=u&password=s3cret",
                "postgresql+foo://u:s3cret@h/d",
                "postgresql://h/d",
                "postgresql://:s3cret@h/d",
                "postgresql://u:s3cret@h",
                "postgresql://u:s3cret@h/",
                "postgresql://u:s3cret@/d",
                "postgresql:///d?host=/tmp&password=s3cret",
                "postgresql://u:s3cret@h:port/d",
                "postgresql://u:s3cret@h:99999/d",
                "postgresql://u:s3cret@h:0/d",
                "postgresql://u:s3cret%zz@h/d",
                "postgresql://u:s3cret@h1,h2/d",
                "postgresql://u:s3cret@ho st/d",
                "postgresql://u:s3cret@h/d/e"
            })
    void anotherFormIsRefusedWithoutItsPassword(String url) {
        assertThatThrownBy(() -> DatabaseUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("it")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void itPrintsItselfWithoutThePassword() {
        assertThat(DatabaseUrl.parse("postgresql://u:s3cret@h/d?password=s3cret&options=x"))
                .hasToString("postgresql://u@h:5432/d?sslmode=require");
    }
}
