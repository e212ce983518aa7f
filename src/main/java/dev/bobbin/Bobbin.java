package dev.bobbin;

import dev.bobbin.command.Commands;
import dev.bobbin.http.StrictConnections;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the service, or runs one command of it, for which Quarkus is not started: a command answers in a second. */
@QuarkusMain
public final class Bobbin {

    private Bobbin() {}

    /** Without arguments the service. Any argument is a command's, so that a slip in one does not start a server. */
    public static void main(String... args) {
        if (args.length == 0) {
            StrictConnections.enable();
            ServiceStart.run();
        } else {
            System.exit(Commands.run(args));
        }
    }
}
