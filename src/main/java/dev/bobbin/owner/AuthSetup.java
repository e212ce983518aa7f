package dev.bobbin.owner;

import dev.bobbin.StartupException;
import dev.bobbin.owner.AuthConfig.Mode;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Refuses to start if no call could be authenticated, and warns if none has to be. */
final class AuthSetup {

    private static final int BEFORE_THE_DATABASE = 1;

    void onStart(@Observes @Priority(BEFORE_THE_DATABASE) StartupEvent start, AuthConfig auth, Config config) {
        if (auth.mode() == Mode.API_KEY && auth.apiKeys().isEmpty()) {
            throw new StartupException("no API key is configured, so no call could be authenticated. Set"
                    + " BOBBIN_AUTH_API_KEYS to tenant=key (several: separated by commas; a key may be"
                    + " sha256:<64 hex digits>), or choose another way to authenticate with BOBBIN_AUTH_MODE");
        }
        if (auth.mode() == Mode.JWT && !hasVerificationKey(config)) {
            throw new StartupException("bobbin.auth.mode is jwt, and no key to verify tokens with is configured. Set"
                    + " MP_JWT_VERIFY_PUBLICKEY_LOCATION to the URL of the issuer's keys, and MP_JWT_VERIFY_ISSUER");
        }
        if (auth.mode() == Mode.NONE && LaunchMode.current() == LaunchMode.NORMAL) {
            Logger.getLogger(AuthSetup.class)
                    .warn("bobbin.auth.mode is none: anyone who can reach this port can read and write all threads");
        }
    }

    private static boolean hasVerificationKey(Config config) {
        return Stream.of(
                        "mp.jwt.verify.publickey",
                        "mp.jwt.verify.publickey.location",
                        "smallrye.jwt.verify.key.location",
                        "smallrye.jwt.verify.secretkey")
                .flatMap(key -> config.getOptionalValue(key, String.class).stream())
                .anyMatch(value -> !value.isBlank() && !value.equals("NONE"));
    }
}
