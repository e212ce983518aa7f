package dev.bobbin.owner;

import static dev.bobbin.problem.ProblemType.FORBIDDEN;
import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static dev.bobbin.problem.ProblemType.UNAUTHENTICATED;

import dev.bobbin.Mount;
import dev.bobbin.http.FilterOrder;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.json.JsonString;
import java.util.List;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** Finds the owner of every call, before its body is read. */
@ApplicationScoped
class OwnerFilter {

    /** The tenant, and without authentication the user, of a call that names none. */
    private static final String LOCAL = "local";

    private static final String BEARER = "Bearer ";

    private final AuthConfig config;
    private final ApiKeys keys;
    private final TenantMeters meters;
    private final IdentityProviderManager identities;

    OwnerFilter(AuthConfig config, MeterRegistry registry, IdentityProviderManager identities) {
        this.config = config;
        this.keys = new ApiKeys(config.apiKeys().orElse(List.of()));
        this.meters = new TenantMeters(keys.tenants(), registry);
        this.identities = identities;
    }

    void register(@Observes Filters filters) {
        filters.register(this::identify, FilterOrder.OWNER);
    }

    private void identify(RoutingContext http) {
        // known if the console has rerouted the request
        if (!Mount.isCall(http.normalizedPath()) || Owner.isKnown(http)) {
            http.next();
            return;
        }
        once(http, "Authorization");
        once(http, UserHeader.NAME);
        switch (config.mode()) {
            case API_KEY -> admit(http, ofApiKey(http));
            case NONE -> admit(http, new Owner(LOCAL, isUserSent(http) ? requiredUser(http) : LOCAL));
            case JWT -> ofToken(http).subscribe().with(owner -> admit(http, owner), http::fail);
        }
    }

    /** Of two, a proxy may have checked the other one. */
    private static void once(RoutingContext http, String header) {
        if (http.request().headers().getAll(header).size() > 1) {
            throw INVALID_REQUEST.because("The header " + header + " must be sent once");
        }
    }

    private void admit(RoutingContext http, Owner owner) {
        meters.count(http, owner.tenant());
        owner.call(http);
        http.next();
    }

    private Owner ofApiKey(RoutingContext http) {
        String authorization = http.request().getHeader("Authorization");
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw UNAUTHENTICATED.because("An API key is needed: Authorization: Bearer <key>");
        }
        String tenant = keys.tenantOf(authorization.substring(BEARER.length()).strip());
        if (tenant == null) {
            throw UNAUTHENTICATED.because("This API key is not known");
        }
        return new Owner(tenant, requiredUser(http));
    }

    private Uni<Owner> ofToken(RoutingContext http) {
        if (userHeader(http) != null) {
            throw INVALID_REQUEST.because("The token says who the user is; " + UserHeader.NAME + " must not be sent");
        }
        return QuarkusHttpUser.getSecurityIdentity(http, identities).map(this::ofIdentity);
    }

    private Owner ofIdentity(@Nullable SecurityIdentity identity) {
        if (identity == null || !(identity.getPrincipal() instanceof JsonWebToken token)) {
            throw UNAUTHENTICATED.because("A token is needed: Authorization: Bearer <JWT>");
        }
        String tenant =
                config.jwt().tenantClaim().map(claim -> claim(token, claim)).orElse(LOCAL);
        return new Owner(tenant, claim(token, config.jwt().userClaim()));
    }

    private static String claim(JsonWebToken token, String name) {
        Object value = token.getClaim(name);
        // a number 5 and a text "5" must not be one tenant
        String text = value instanceof JsonString json ? json.getString() : value instanceof String s ? s : "";
        if (text.isEmpty()) {
            throw FORBIDDEN.because("The token has no claim " + name + " that is a text");
        }
        return text;
    }

    private static @Nullable String userHeader(RoutingContext http) {
        return http.request().getHeader(UserHeader.NAME);
    }

    private static boolean isUserSent(RoutingContext http) {
        return userHeader(http) != null || UserParameter.of(http) != null;
    }

    private static String requiredUser(RoutingContext http) {
        String header = userHeader(http);
        if (header != null && !header.isBlank()) {
            return UserHeader.decode(header);
        }
        String parameter = header == null ? UserParameter.of(http) : null;
        if (parameter != null) {
            return parameter;
        }
        String how = Mount.isOpenAi(http.normalizedPath())
                ? "; OpenAI's SDKs send it if it is in their default_headers (defaultHeaders in JavaScript)"
                : "";
        throw INVALID_REQUEST
                .because("The header " + UserHeader.NAME + " is needed: it says for which user this is" + how)
                .as("missing_required_parameter", UserHeader.NAME);
    }
}
