package dev.bobbin;

import dev.bobbin.command.Commands;
import dev.bobbin.http.StrictConnections;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.security.Security;

/** Starts the service, or runs one command without starting Quarkus, so that it takes a second only. */
@QuarkusMain
public final class Bobbin {

    Bobbin() {}

    /** Starts the service without arguments only, so that a misspelt command does not start a server. */
    public static void main(String... args) {
        // in seconds; by default a failed look-up is remembered longer than one is tried again
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
        if (args.length == 0) {
            StrictConnections.enable();
            ServiceStart.run();
        } else {
            System.exit(Commands.run(args));
        }
    }
}
