package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.BobbinCommand;
import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.PgBouncer;
import dev.bobbin.support.RowSecurityEnvironment;
import dev.bobbin.support.StatementLog;
import dev.bobbin.support.TestDatabase;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Behind a PgBouncer in transaction mode, of any age, everything works; and when it is killed, as Neon's is when the
 * database is put to sleep, callers wait, and nothing fails, is lost or is there twice.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PgBouncerIT {

    private static final int CLIENTS = 16;

    /** Fewer than the connections of a Bobbin, so that each transaction may meet another server session. */
    private static final int SERVER_CONNECTIONS = 4;

    /** As many as a Bobbin opens, so that none of its calls waits in the PgBouncer. */
    private static final int ENOUGH_SERVER_CONNECTIONS = 10;

    /** How long it stays away. */
    private static final Duration AWAY = Duration.ofSeconds(1);

    private final ExecutorService clients = Executors.newCachedThreadPool();
    private String direct;
    private PgBouncer bouncer;
    private BobbinProcess bobbin;

    @BeforeEach
    void aDatabase() {
        PgBouncer.assumeInstalled();
        direct = TestDatabase.get().freshDatabase();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        clients.shutdownNow();
        if (bobbin != null) {
            bobbin.close();
        }
        if (bouncer != null) {
            bouncer.close();
        }
    }

    @Test
    void sixteenClientsMakeEveryCallAtOnce() throws Exception {
        serve(SERVER_CONNECTIONS);
        List<Conversation> conversations = conversations(CLIENTS);
        fiveTurnsEach(conversations);
    }

    private void fiveTurnsEach(List<Conversation> conversations) throws Exception {
        atOnce(conversations, conversation -> {
            for (int i = 0; i < 5; i++) {
                conversation.turn();
            }
            conversation.verify();
        });
        assertThat(conversations)
                .allSatisfy(conversation -> assertThat(conversation.repeated()).isZero());
        nothingIsTooMuch(conversations);
    }

    /** The setting that names the owner ends with its transaction: the next one has the same session, and the other owner. */
    @Test
    void twoOwnersInOneSessionHaveTheirOwnRows() throws Exception {
        String limited = RowSecurityEnvironment.limited(direct);
        serve(limited, 1, Map.of("BOBBIN_DATABASE_ROW_SECURITY", "true"));
        List<Conversation> conversations = conversations(2);
        fiveTurnsEach(conversations);
        URI login = URI.create(bouncer.url(limited));
        try (Connection same = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + login.getPort() + login.getPath(),
                        "bobbin_app",
                        BobbinCommand.PASSWORD);
                var row = same.createStatement()
                        .executeQuery("select current_setting('bobbin.owner', true), count(*) from threads")) {
            row.next();
            assertThat(row.getString(1))
                    .as("the owner after %s", bouncer.output())
                    .isEmpty();
            assertThat(row.getInt(2)).isZero();
        }
    }

    /** A named one would be looked for in whichever session comes next. */
    @Test
    void noPreparedStatementHasAName() throws Exception {
        serve(SERVER_CONNECTIONS);
        Conversation conversation = new Conversation(bobbin, "one");
        assertThat(new StatementLog(direct).preparedNamesDuring(conversation::turn))
                .hasSizeGreaterThan(15)
                .containsOnly("<unnamed>");
    }

    @Test
    void nothingFailsWhenItIsKilledUnderLoad() throws Exception {
        serve(SERVER_CONNECTIONS);
        nothingFailsWhile(() -> {
            for (int i = 0; i < 3; i++) {
                Thread.sleep(1_000);
                bouncer.kill();
                Thread.sleep(AWAY.toMillis());
                bouncer.restart();
            }
        });
    }

    /** The other half of a suspend: Postgres ends its sessions, and the PgBouncer tells those who use them. */
    @Test
    void nothingFailsWhenTheServerEndsItsSessionsUnderLoad() throws Exception {
        serve(SERVER_CONNECTIONS);
        nothingFailsWhile(() -> {
            for (int i = 0; i < 5; i++) {
                Thread.sleep(500);
                endSessions();
            }
        });
    }

    /** Each kind of call is with the server, waiting for a lock, when its connection is lost. */
    @Test
    void everyCallInFlightIsMadeAgain() throws Exception {
        Map<String, Consumer<Conversation>> calls = Map.of(
                "load_thread", Conversation::loadThread,
                "load_thread_items", Conversation::loadItems,
                "load_attachment", conversation -> conversation.loadAttachment(conversation.anAttachment()),
                "save_thread", Conversation::saveThread,
                "add_thread_item", Conversation::addItem,
                "add_thread_item without id", Conversation::addItemWithoutId,
                "add_thread_item, batch", Conversation::addBatch,
                "delete_thread_item", conversation -> conversation.deleteItem(conversation.anItem()),
                "save_attachment", Conversation::saveAttachment,
                "delete_attachment", conversation -> conversation.deleteAttachment(conversation.anAttachment()));
        killedDuring(calls, "lock table threads, thread_items, attachments in access exclusive mode");
    }

    /** What the caller cannot know: it was stored, and the answer was lost. */
    @Test
    void everyWriteWhoseCommitIsInFlightIsThereOnce() throws Exception {
        Map<String, Consumer<Conversation>> calls = Map.of(
                "add_thread", Conversation::addThread,
                "save_thread", Conversation::saveThread,
                "add_thread_item", Conversation::addItem,
                "add_thread_item without id", Conversation::addItemWithoutId,
                "add_thread_item, batch", Conversation::addBatch,
                "save_item", conversation -> conversation.saveItem(conversation.anItem()),
                "delete_thread_item", conversation -> conversation.deleteItem(conversation.anItem()),
                "save_attachment", Conversation::saveAttachment);
        List<Conversation> conversations = killedDuring(calls, "select pg_advisory_xact_lock(1)");
        assertThat(conversations.stream().mapToInt(Conversation::repeated).sum())
                .as("found stored by the second try")
                .isGreaterThanOrEqualTo(4);
    }

    @Test
    void theFirstCallsWaitWhenItIsKilledWhileIdle() throws Exception {
        serve(SERVER_CONNECTIONS);
        List<Conversation> conversations = conversations(CLIENTS);
        atOnce(conversations, Conversation::turn);
        bouncer.kill();
        Future<?> turns = clients.submit(() -> {
            atOnce(conversations, Conversation::turn);
            return null;
        });
        Thread.sleep(AWAY.toMillis());
        assertThat(turns).isNotDone();
        bouncer.restart();
        turns.get();
        atOnce(conversations, Conversation::verify);
        nothingIsTooMuch(conversations);
    }

    @Test
    void nobodyNoticesThatItWasGoneWhileIdle() throws Exception {
        serve(SERVER_CONNECTIONS);
        List<Conversation> conversations = conversations(CLIENTS);
        atOnce(conversations, Conversation::turn);
        bouncer.kill();
        Thread.sleep(AWAY.toMillis());
        bouncer.restart();
        atOnce(conversations, Conversation::turn);
        atOnce(conversations, Conversation::verify);
        nothingIsTooMuch(conversations);
    }

    private interface Trouble {
        void happen() throws Exception;
    }

    private void nothingFailsWhile(Trouble trouble) throws Exception {
        List<Conversation> conversations = conversations(CLIENTS);
        AtomicBoolean over = new AtomicBoolean();
        List<Future<?>> talking = submit(conversations, conversation -> {
            while (!over.get()) {
                conversation.turn();
            }
        });
        trouble.happen();
        Thread.sleep(500);
        over.set(true);
        join(talking);
        atOnce(conversations, Conversation::verify);
        nothingIsTooMuch(conversations);
    }

    /** Makes each call as another user's while {@code lock} holds all of them up, and kills and restarts the PgBouncer. */
    private List<Conversation> killedDuring(Map<String, Consumer<Conversation>> calls, String lock) throws Exception {
        serve(ENOUGH_SERVER_CONNECTIONS);
        TestDatabase.get().execute(direct, WAIT_BEFORE_THE_COMMIT);
        List<Conversation> conversations = conversations(calls.size());
        atOnce(conversations, Conversation::turn);
        atOnce(conversations, Conversation::saveAttachment);
        List<Future<?>> made = new ArrayList<>();
        try (Connection blocker = TestDatabase.get().connect(direct)) {
            blocker.setAutoCommit(false);
            blocker.createStatement().execute(lock);
            int i = 0;
            for (Consumer<Conversation> call : calls.values()) {
                Conversation conversation = conversations.get(i++);
                made.add(clients.submit(() -> call.accept(conversation)));
            }
            awaitBlocked(made, calls.size());
            bouncer.kill();
            Thread.sleep(AWAY.toMillis());
            bouncer.restart();
            // the server has not noticed: what it was told first waits beside what it is told again
            awaitBlocked(made, 2 * calls.size());
            blocker.rollback();
        }
        join(made);
        atOnce(conversations, Conversation::verify);
        nothingIsTooMuch(conversations);
        return conversations;
    }

    private void awaitBlocked(List<Future<?>> calls, int sessions) throws Exception {
        int blocked = 0;
        for (int i = 0; i < 3_000; i++) {
            for (Future<?> call : calls) {
                if (call.isDone()) {
                    call.get();
                    throw new AssertionError("a call was answered that should wait");
                }
            }
            blocked = count("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                    + " and datname = current_database()");
            if (blocked == sessions) {
                return;
            }
            Thread.sleep(20);
        }
        throw new AssertionError(blocked + " sessions wait for a lock, not " + sessions);
    }

    private void nothingIsTooMuch(List<Conversation> conversations) throws Exception {
        for (String table : List.of("threads", "thread_items", "attachments")) {
            assertThat(count("select count(*) from " + table))
                    .as(table)
                    .isEqualTo(conversations.stream()
                            .mapToInt(conversation -> conversation.rows().get(table))
                            .sum());
        }
    }

    private int count(String sql) throws Exception {
        try (Connection connection = TestDatabase.get().connect(direct);
                var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private void endSessions() {
        String name = direct.substring(direct.lastIndexOf('/') + 1);
        TestDatabase.get()
                .execute(
                        "postgres",
                        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "'");
    }

    private void serve(int serverConnections) throws Exception {
        serve(direct, serverConnections, Map.of());
    }

    private void serve(String url, int serverConnections, Map<String, String> settings) throws Exception {
        bouncer = PgBouncer.start(url, serverConnections);
        Map<String, String> environment = BobbinProcess.open(bouncer.url(url) + "?pgbouncer=true");
        environment.putAll(settings);
        environment.put("DATABASE_DIRECT_URL", direct);
        environment.put("QUARKUS_SHUTDOWN_DELAY", "0s");
        // what is held up by a test is not silent, however long the test takes
        environment.put("BOBBIN_POOL_STATEMENT_TIMEOUT", "5m");
        bobbin = BobbinProcess.start(environment);
        bobbin.awaitReady();
    }

    private List<Conversation> conversations(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Conversation(bobbin, "user_" + i))
                .toList();
    }

    private void atOnce(List<Conversation> conversations, Consumer<Conversation> calls) throws Exception {
        join(submit(conversations, calls));
    }

    private List<Future<?>> submit(List<Conversation> conversations, Consumer<Conversation> calls) {
        List<Future<?>> submitted = new ArrayList<>();
        for (Conversation conversation : conversations) {
            submitted.add(clients.submit(() -> calls.accept(conversation)));
        }
        return submitted;
    }

    private void join(List<Future<?>> submitted) throws Exception {
        for (Future<?> future : submitted) {
            try {
                future.get();
            } catch (ExecutionException e) {
                throw new AssertionError(bobbin.output() + "\n" + bouncer.output(), e.getCause());
            }
        }
    }

    /** Each write of the tables runs to its end, and then waits for who holds the advisory lock before it commits. */
    private static final String WAIT_BEFORE_THE_COMMIT =
            """
            create function await_the_lock() returns trigger language plpgsql as $$ begin
              perform pg_advisory_xact_lock_shared(1);
              return null;
            end $$;
            create constraint trigger before_the_commit after insert or update or delete on threads
              deferrable initially deferred for each row execute function await_the_lock();
            create constraint trigger before_the_commit after insert or update or delete on thread_items
              deferrable initially deferred for each row execute function await_the_lock();
            create constraint trigger before_the_commit after insert or update or delete on attachments
              deferrable initially deferred for each row execute function await_the_lock()""";
}
