package dev.bobbin.command;

import dev.bobbin.StartupException;
import dev.bobbin.owner.Owner;
import dev.bobbin.problem.ProblemException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose data a command is about. */
final class OwnerOptions {

    @Option(names = "--tenant", paramLabel = "<tenant>", description = "Only what belongs to this tenant.")
    private @Nullable String tenant;

    @Option(
            names = "--user",
            paramLabel = "<user>",
            description = "Only what belongs to this user of the tenant. Needs --tenant.")
    private @Nullable String user;

    /** @throws StartupException when no owner can have these names */
    Owners owners() {
        if (tenant == null) {
            if (user != null) {
                throw new StartupException("--user needs --tenant: two tenants may have a user of the same name");
            }
            return Owners.ALL;
        }
        try {
            Owner owner = new Owner(tenant, user == null ? "anyone" : user);
            return user == null ? Owners.ofTenant(owner) : Owners.only(owner);
        } catch (ProblemException impossible) {
            throw new StartupException("--tenant or --user cannot be used: " + impossible.detail());
        }
    }

    /** @throws StartupException unless a tenant and a user are given */
    Owner owner() {
        if (tenant == null || user == null) {
            throw new StartupException("--tenant and --user are needed: they name the owner of what is stored");
        }
        owners();
        return new Owner(tenant, user);
    }
}
