package dev.bobbin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.Service;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.Traffic;
import java.util.Map;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

/** The packaged application ends, or makes room for the next, while clients are at work. */
class DrainingIT {

    private static final Logger LOG = Logger.getLogger(DrainingIT.class);

    private static final int CLIENTS = 96;

    /** As {@code docker stop} does: nobody tells the clients but the process itself. */
    @Test
    void everyRequestThatIsSentToAProcessThatEndsIsAnswered() throws Exception {
        String url = TestDatabase.get().freshDatabase();
        Map<String, Integer> outcomes;
        Traffic traffic;
        try (BobbinProcess bobbin = BobbinProcess.drainingAsShipped(url)) {
            traffic = Traffic.start(bobbin.port(), CLIENTS, 200);
            traffic.awaitReads();
            bobbin.terminate();
            outcomes = traffic.await();
            assertThat(bobbin.awaitExit()).isEqualTo(143);
        }
        LOG.info("Stopped: " + outcomes);
        assertThat(outcomes).containsKeys("200", "201").doesNotContainKey(Traffic.LOST);
        // on a busy machine a client may not call again before the process has ended
        assertThat(outcomes.keySet()).isSubsetOf("200", "201", "503", Traffic.NOT_SENT);
        assertThat(outcomes.get("503")).as("clients that were told to go away").isBetween(1, CLIENTS);
        assertThat(Traffic.stored(url)).isEqualTo(traffic.acknowledged());
    }

    /** As in a rolling update: the next process is ready before, and the Service learns of an end before or after it begins. */
    @Test
    void anUpdateThatRollsFailsNoRequest() throws Exception {
        String url = TestDatabase.get().freshDatabase();
        Map<String, Integer> outcomes;
        Traffic traffic;
        try (BobbinProcess first = BobbinProcess.drainingAsShipped(url);
                BobbinProcess second = BobbinProcess.drainingAsShipped(url);
                BobbinProcess third = BobbinProcess.drainingAsShipped(url);
                Service service = Service.of(first.port())) {
            traffic = Traffic.start(service.port(), CLIENTS, 200);
            traffic.awaitReads();
            service.endpoints(first.port(), second.port());
            Thread.sleep(1_000);
            service.endpoints(second.port());
            Thread.sleep(1_000);
            first.terminate();
            assertThat(first.awaitExit()).isEqualTo(143);
            service.endpoints(second.port(), third.port());
            Thread.sleep(1_000);
            second.terminate();
            Thread.sleep(1_000);
            service.endpoints(third.port());
            assertThat(second.awaitExit()).isEqualTo(143);
            outcomes = traffic.stop();
        }
        LOG.info("Rolled twice: " + outcomes);
        assertThat(outcomes.keySet()).containsExactlyInAnyOrder("200", "201");
        assertThat(Traffic.stored(url)).isEqualTo(traffic.acknowledged());
    }
}
