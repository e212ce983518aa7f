package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.database.pool.Conversation;
import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.TestDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

/** Migrations of the packaged application, among others that do the same, killed on the way, and under traffic. */
class MigrationIT {

    /** A longer run: {@code -Dmigration.rounds=10 -Dmigration.threads=100000}. */
    private static final int ROUNDS = Integer.getInteger("migration.rounds", 1);

    private static final int THREADS = Integer.getInteger("migration.threads", 10_000);

    private static final Logger LOG = Logger.getLogger(MigrationIT.class);

    private static final int NEWEST = Migrations.newest(Migrations.ours());

    @Test
    void fiveReplicasThatStartAtOnceMigrateOnce() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String url = TestDatabase.get().freshDatabase();
            if (round % 2 == 0) {
                TestDatabase.get().execute(url, Schemas.many(2_000, 5));
            }
            List<BobbinProcess> replicas = new ArrayList<>();
            try {
                for (int i = 0; i < 5; i++) {
                    replicas.add(BobbinProcess.start(BobbinProcess.open(url)));
                }
                for (BobbinProcess replica : replicas) {
                    replica.awaitReady();
                }
                assertThat(replicas)
                        .filteredOn(replica -> !replica.output().contains("(0 migrations executed now)"))
                        .hasSize(1);
                assertThat(history(url)).hasSize(NEWEST).allMatch(row -> row.endsWith(" true"));
            } finally {
                for (BobbinProcess replica : replicas) {
                    replica.close();
                }
            }
        }
    }

    @Test
    void whatIsKilledInTheMiddleIsFinishedByTheNextStart() throws Exception {
        Random random = new Random();
        String template = TestDatabase.get().freshDatabase();
        TestDatabase.get().execute(template, Schemas.many(THREADS, 10));
        String before = Schemas.fingerprint(template);
        for (int round = 0; round < 2 * ROUNDS; round++) {
            String url = TestDatabase.get().copyOf(template);
            try (BobbinProcess killed = BobbinProcess.start(BobbinProcess.open(url))) {
                while (Schemas.query(
                                url,
                                "select 1 from pg_stat_activity where datname = current_database()"
                                        + " and application_name like 'bobbin-migrations%'")
                        .isEmpty()) {
                    assertThat(killed.isAlive()).as(killed.output()).isTrue();
                    Thread.sleep(5);
                }
                Thread.sleep(random.nextInt(THREADS / 5));
                killed.kill();
                LOG.info("Killed after: " + lastLine(killed));
            }
            try (BobbinProcess next = BobbinProcess.serving(url)) {
                assertThat(next.output()).contains("Schema is at version " + NEWEST);
                assertThat(history(url)).hasSize(NEWEST).allMatch(row -> row.endsWith(" true"));
                assertThat(Schemas.fingerprint(url)).isEqualTo(before);
                assertThat(Schemas.query(url, "select 1 from thread_items where document is null or owner_id is null"))
                        .isEmpty();
            }
        }
    }

    /** An index that is built outside of a transaction is the one thing that can be left half done. */
    @Test
    void anIndexWhoseBuildingWasBrokenOffIsBuilt() throws Exception {
        String url = TestDatabase.get().freshDatabase();
        SchemaTarget target = Schemas.target(url);
        Schemas.migrator(target).migrate();
        TestDatabase.get()
                .execute(
                        url,
                        "create index thread_items_type_idx on thread_items (owner_id, type);"
                                + "update pg_index set indisvalid = false where indexrelid = 'thread_items_type_idx'::regclass");
        List<String> progress = Collections.synchronizedList(new ArrayList<>());
        new Migrator(target, Schemas.newer(), progress::add).migrate();
        assertThat(progress).anyMatch(line -> line.contains("thread_items_type_idx, whose build did not end"));
        assertThat(Schemas.query(url, "select indexrelid::regclass from pg_index where not indisvalid"))
                .isEmpty();
    }

    @Test
    void anOlderBuildServesWhileANewerOneMigrates() throws Exception {
        String url = TestDatabase.get().freshDatabase();
        try (BobbinProcess older = BobbinProcess.serving(url)) {
            AtomicBoolean over = new AtomicBoolean();
            ExecutorService clients = Executors.newFixedThreadPool(4);
            List<CompletableFuture<Integer>> talks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Conversation conversation = new Conversation(older, "user" + i);
                talks.add(CompletableFuture.supplyAsync(
                        () -> {
                            int turns = 0;
                            while (!over.get() || turns < 3) {
                                conversation.turn();
                                turns++;
                            }
                            conversation.verify();
                            return turns;
                        },
                        clients));
            }
            Thread.sleep(500);
            Migrator.Result result = new Migrator(Schemas.target(url), Schemas.newer(), progress -> {}).migrate();
            Thread.sleep(500);
            over.set(true);
            for (CompletableFuture<Integer> talk : talks) {
                assertThat(talk.get()).isPositive();
            }
            clients.shutdown();
            assertThat(result.executed()).isEqualTo(3);
            assertThat(older.output()).doesNotContain("ERROR");
        }
        Map<String, String> environment = BobbinProcess.open(url);
        try (BobbinProcess refused = BobbinProcess.start(environment)) {
            assertThat(refused.awaitExit()).isEqualTo(1);
            assertThat(refused.output()).contains("BOBBIN_DATABASE_ALLOW_NEWER=true");
        }
        environment.put("BOBBIN_DATABASE_ALLOW_NEWER", "true");
        try (BobbinProcess rolledBack = BobbinProcess.start(environment)) {
            rolledBack.awaitReady();
            new Conversation(rolledBack, "user9").turn();
            assertThat(rolledBack.output()).contains("marked compatible").doesNotContain("another service");
        }
    }

    private static String lastLine(BobbinProcess process) {
        List<String> lines = process.output().lines().toList();
        return lines.isEmpty() ? "before its first line" : lines.get(lines.size() - 1);
    }

    private static List<String> history(String url) {
        return Schemas.query(
                url,
                "select version || ' ' || success::text from " + History.TABLE + " where version is not null"
                        + " order by installed_rank");
    }
}
