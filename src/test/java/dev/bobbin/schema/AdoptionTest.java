package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which columns of tables made by hand may name the user. */
class AdoptionTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "threads.user_id",
                "threads.userId",
                "threads.author",
                "threads.created_by",
                "threads.client_id",
                "thread_items.User",
                "thread_items.author_id",
                "thread_items.user_email"
            })
    void aColumnNamedLikeAUserMayNameTheUser(String column) {
        assertThat(Adoption.userColumn(List.of("threads.note", column))).isEqualTo(column);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "threads.user_agent",
                "threads.client_version",
                "threads.is_user",
                "threads.tenant_id",
                "threads.email_sent",
                "thread_items.author",
                "thread_items.user_message"
            })
    void anotherColumnDoesNot(String column) {
        assertThat(Adoption.userColumn(List.of(column))).isNull();
    }
}
