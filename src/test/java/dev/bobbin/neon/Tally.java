package dev.bobbin.neon;

import java.util.ArrayDeque;
import java.util.List;

/** The meters while they run. Event loop only. */
final class Tally {

    private static final int STATEMENTS_KEPT = 1_000;

    private final ArrayDeque<String> recent = new ArrayDeque<>();
    private long accepts;
    private long logins;
    private long sessions;
    private long connections;
    private long peakConnections;
    private long statements;
    private long roundTrips;
    private long wakes;
    private long suspends;

    void accepted() {
        accepts++;
    }

    void connected() {
        connections++;
        peakConnections = Math.max(peakConnections, connections);
    }

    void disconnected() {
        connections--;
    }

    void login() {
        logins++;
    }

    void session() {
        sessions++;
    }

    void statement(String sql) {
        statements++;
        recent.addLast(sql);
        if (recent.size() > STATEMENTS_KEPT) {
            recent.removeFirst();
        }
    }

    void roundTrip() {
        roundTrips++;
    }

    void wake() {
        wakes++;
    }

    void suspend() {
        suspends++;
    }

    List<String> recentStatements() {
        return List.copyOf(recent);
    }

    Meters read(double awakeSeconds) {
        return new Meters(
                accepts,
                logins,
                sessions,
                connections,
                peakConnections,
                statements,
                roundTrips,
                wakes,
                suspends,
                awakeSeconds);
    }

    /** Everything is zero again but the connections, which are still there. */
    void reset() {
        recent.clear();
        accepts = logins = sessions = statements = roundTrips = wakes = suspends = 0;
        peakConnections = connections;
    }
}
