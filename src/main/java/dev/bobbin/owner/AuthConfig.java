package dev.bobbin.owner;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** How callers are authenticated. */
@ConfigMapping(prefix = "bobbin.auth")
public interface AuthConfig {

    enum Mode {
        /** A service calls for its users: its key names the tenant, the header {@code Bobbin-User} the user. */
        API_KEY,
        /** A user calls with a token of an identity provider. */
        JWT,
        /** No authentication, for development and tests. */
        NONE
    }

    @WithDefault("api-key")
    Mode mode();

    /** {@code tenant=key}, separated by commas; a key may be given as {@code sha256:} and the 64 hex digits of its hash. */
    Optional<List<String>> apiKeys();

    Jwt jwt();

    interface Jwt {
        /** The claim that names the user. */
        @WithDefault("sub")
        String userClaim();

        /** The claim that names the tenant; without it, every token is of the tenant {@code local}. */
        Optional<String> tenantClaim();
    }
}
