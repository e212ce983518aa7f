package dev.bobbin.owner;

import dev.bobbin.StartupException;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Refuses to start a service that nobody could call, and warns of one that everybody could. */
@Singleton
class AuthSetup {

    private static final Logger LOG = Logger.getLogger(AuthSetup.class);

    private static final int BEFORE_THE_DATABASE = 1;

    private final AuthConfig auth;
    private final Config config;

    AuthSetup(AuthConfig auth, Config config) {
        this.auth = auth;
        this.config = config;
    }

    @Produces
    @Singleton
    ApiKeys apiKeys() {
        try {
            return ApiKeys.parse(auth.apiKeys().orElse(List.of()));
        } catch (IllegalArgumentException malformed) {
            throw new StartupException(
                    "bobbin.auth.api-keys (BOBBIN_AUTH_API_KEYS) cannot be used: " + malformed.getMessage()
                            + ". Each entry is tenant=key or tenant=sha256:<64 hex digits>, separated by commas");
        }
    }

    void onStart(@Observes @Priority(BEFORE_THE_DATABASE) StartupEvent start, ApiKeys keys) {
        switch (auth.mode()) {
            case API_KEY -> {
                if (keys.isEmpty()) {
                    throw new StartupException(
                            "no API key is configured, so nobody could call. Set BOBBIN_AUTH_API_KEYS to"
                                    + " tenant=key (several: separated by commas; a key may be sha256:<64 hex digits>),"
                                    + " or choose another way to authenticate with BOBBIN_AUTH_MODE");
                }
            }
            case JWT -> {
                if (!hasVerificationKey()) {
                    throw new StartupException(
                            "bobbin.auth.mode is jwt, and no key to verify tokens with is configured. Set"
                                    + " MP_JWT_VERIFY_PUBLICKEY_LOCATION to the URL of the issuer's keys, and MP_JWT_VERIFY_ISSUER");
                }
            }
            case NONE -> {
                if (LaunchMode.current() == LaunchMode.NORMAL) {
                    LOG.warn(
                            "bobbin.auth.mode is none: whoever reaches this port reads and writes every user's threads");
                }
            }
        }
    }

    private boolean hasVerificationKey() {
        return Stream.of(
                        "mp.jwt.verify.publickey",
                        "mp.jwt.verify.publickey.location",
                        "smallrye.jwt.verify.key.location",
                        "smallrye.jwt.verify.secretkey")
                .anyMatch(key -> config.getOptionalValue(key, String.class)
                        .filter(value -> !value.isBlank() && !value.equals("NONE"))
                        .isPresent());
    }
}
