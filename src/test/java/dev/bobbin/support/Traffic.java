package dev.bobbin.support;

import java.io.IOException;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients at work on one thread, each with a connection of its own: they write items, and read what they wrote. Every request
 * is counted by what became of it. A client goes away when it is refused (503) or finds nobody; see {@link KeptConnection}.
 */
public final class Traffic {

    public static final String LOST = "sent and not answered";
    public static final String NOT_SENT = "nobody takes the connection";

    private static final String THREAD = "/v1/threads/thr_traffic";

    private final Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<Integer> readers = ConcurrentHashMap.newKeySet();
    private final List<Thread> clients = new ArrayList<>();
    private final int port;
    private volatile boolean over;

    private Traffic(int port) {
        this.port = port;
    }

    /** Clients that call as fast as they are answered; every fourth one pauses for that long after a call. */
    public static Traffic start(int port, int clients, int pauseMs) throws IOException {
        Traffic traffic = new Traffic(port);
        try (KeptConnection first = new KeptConnection(port)) {
            first.call("PUT", THREAD, "{}");
        }
        for (int i = 0; i < clients; i++) {
            int number = i;
            traffic.clients.add(new Thread(() -> traffic.work(number, number % 4 == 0 ? pauseMs : 0)));
        }
        traffic.clients.forEach(Thread::start);
        return traffic;
    }

    /** Ends it. How many requests ended how: by status, {@link #LOST} or {@link #NOT_SENT}. */
    public Map<String, Integer> stop() throws InterruptedException {
        over = true;
        return await();
    }

    /** The same, once every client has gone away by itself. */
    public Map<String, Integer> await() throws InterruptedException {
        for (Thread client : clients) {
            client.join();
        }
        Map<String, Integer> counts = new TreeMap<>();
        outcomes.forEach((outcome, count) -> counts.put(outcome, count.get()));
        return counts;
    }

    /** Returns when every client has read back an item. */
    public void awaitReads() throws InterruptedException {
        while (readers.size() < clients.size() && clients.stream().anyMatch(Thread::isAlive)) {
            Thread.sleep(10);
        }
    }

    /** The ids of the items for which a 201 came. */
    public Set<String> acknowledged() {
        return new TreeSet<>(acknowledged);
    }

    /** The ids of the items that a database holds. */
    public static Set<String> stored(String databaseUrl) throws Exception {
        Set<String> ids = new TreeSet<>();
        try (Connection connection = TestDatabase.get().connect(databaseUrl);
                var rows = connection.createStatement().executeQuery("select id from thread_items")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    private void work(int number, int pauseMs) {
        try (KeptConnection connection = new KeptConnection(port)) {
            for (int turn = 0; !over; turn++) {
                String id = "msg_" + number + "_" + turn;
                int written = call(connection, "PUT", THREAD + "/items/" + id, "{\"type\":\"widget\"}");
                if (written == 201) {
                    acknowledged.add(id);
                }
                if (written == 503 || call(connection, "GET", THREAD + "/items/" + id, "") == 503) {
                    return;
                }
                readers.add(number);
                Thread.sleep(pauseMs);
            }
        } catch (KeptConnection.NotSent e) {
            count(NOT_SENT);
        } catch (IOException e) {
            count(LOST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int call(KeptConnection connection, String method, String path, String json) throws IOException {
        int status = connection.call(method, path, json);
        count(String.valueOf(status));
        return status;
    }

    private void count(String outcome) {
        outcomes.computeIfAbsent(outcome, any -> new AtomicInteger()).incrementAndGet();
    }
}
