package dev.bobbin.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ApiKeysTest {

    @Test
    void spaceAroundTenantAndKeyIsNoPartOfThem() {
        assertThat(ApiKeys.parse(List.of(" acme = s3cret\n")).tenantOf("s3cret"))
                .isEqualTo("acme");
    }

    @Test
    void aTenantWhomNoOwnerCanHaveIsRefusedWithoutTheKey() {
        for (String tenant : List.of("ac\tme", "a".repeat(256))) {
            assertThatThrownBy(() -> ApiKeys.parse(List.of("beta=s3cret", tenant + "=s3cret")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("in entry 2 the tenant cannot be one: The tenant must ")
                    .hasMessageNotContaining("s3cret");
        }
    }
}
