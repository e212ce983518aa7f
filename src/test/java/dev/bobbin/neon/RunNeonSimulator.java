package dev.bobbin.neon;

import dev.bobbin.support.TestDatabase;
import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;

/**
 * A database that sleeps and wakes, for a developer's laptop: the tests' Postgres behind the simulator. It prints how to start
 * Bobbin on it and what happens, and ends with its standard input or by Ctrl-C.
 */
public final class RunNeonSimulator {

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private RunNeonSimulator() {}

    /** The first argument is after how many idle seconds the compute is suspended, 30 unless given. */
    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 30;
        String database = TestDatabase.get().freshDatabase();
        NeonSimulator neon =
                NeonSimulator.inFrontOf(database).news(RunNeonSimulator::say).start();
        Runtime.getRuntime().addShutdownHook(new Thread(neon::close));
        neon.suspendAfter(Duration.ofSeconds(seconds));
        System.out.printf(
                """

                A Neon of your own, suspended after %d s without activity. Start Bobbin on it:

                DATABASE_URL='%s' \\
                BOBBIN_AUTH_MODE=none \\
                java %s -jar target/quarkus-app/quarkus-run.jar

                """,
                seconds, neon.url(false, database), String.join(" ", neon.jvmArguments()));
        while (System.in.read() >= 0) {
            Meters now = neon.meters();
            say("%s; awake for %.1f s, %d wakes, %d connections, %d statements"
                    .formatted(neon.state(), now.awakeSeconds(), now.wakes(), now.connections(), now.statements()));
        }
        System.exit(0);
    }

    private static void say(String what) {
        String line = what.replaceAll("\\s+", " ");
        System.out.println(
                LocalTime.now().format(CLOCK) + "  " + (line.length() > 160 ? line.substring(0, 157) + "..." : line));
    }
}
