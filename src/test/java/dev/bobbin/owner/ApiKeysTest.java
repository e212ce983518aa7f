package dev.bobbin.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.StartupException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApiKeysTest {

    @Test
    void spaceAroundTenantAndKeyIsNoPartOfThem() {
        assertThat(new ApiKeys(List.of(" acme = s3cret\n")).tenantOf("s3cret")).isEqualTo("acme");
    }

    @Test
    void aTenantWhomNoOwnerCanHaveIsRefusedWithoutTheKey() {
        for (String tenant : List.of("ac\tme", "a".repeat(256))) {
            assertThatThrownBy(() -> new ApiKeys(List.of("beta=s3cret", tenant + "=s3cret")))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("cannot be used: entry 2 has an impossible tenant: The tenant must ")
                    .hasMessageNotContaining("s3cret");
        }
    }
}
