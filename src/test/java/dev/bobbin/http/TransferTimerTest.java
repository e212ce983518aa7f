package dev.bobbin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.PropertiesConfigSource;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A transfer that is interrupted, as by each wait for memory, has no more time than another. On a clock of its own. */
class TransferTimerTest {

    private final Map<Long, Long> dueAtMillis = new HashMap<>();
    private final Map<Long, Handler<Long>> timers = new HashMap<>();
    private long ids;
    private long nowMillis = 1_000_000;
    private boolean expired;

    private final TransferTimer timer = new TransferTimer(
            (Vertx) Proxy.newProxyInstance(
                    Vertx.class.getClassLoader(), new Class<?>[] {Vertx.class}, (proxy, method, arguments) -> {
                        switch (method.getName()) {
                            case "setTimer" -> {
                                ids++;
                                dueAtMillis.put(ids, nowMillis + (Long) arguments[0]);
                                timers.put(ids, timer(arguments[1]));
                                return ids;
                            }
                            case "cancelTimer" -> {
                                dueAtMillis.remove(arguments[0]);
                                return timers.remove(arguments[0]) != null;
                            }
                            default -> throw new UnsupportedOperationException(method.getName());
                        }
                    }),
            () -> Duration.ofMillis(nowMillis).toNanos(),
            memory(),
            () -> expired = true);

    @Test
    void theTimeBeforeEachStopCounts() {
        for (int i = 0; i < 6; i++) {
            timer.start();
            pass(9_000);
            timer.stop();
            assertThat(expired).isFalse();
        }
        timer.start();
        pass(5_900);
        assertThat(expired).isFalse();
        pass(200);
        assertThat(expired).isTrue();
    }

    @Test
    void theTimeAfterAStopDoesNotCount() {
        timer.start();
        pass(20);
        timer.stop();
        pass(1_000_000);
        assertThat(expired).isFalse();
        timer.start();
        for (int i = 0; i < 11; i++) {
            pass(5_000);
            timer.progress();
        }
        pass(4_900);
        assertThat(expired).isFalse();
        pass(200);
        assertThat(expired).isTrue();
    }

    @Test
    void progressIsAwaitedAnewAfterEachStep() {
        timer.start();
        pass(9_900);
        timer.progress();
        pass(9_900);
        assertThat(expired).isFalse();
        pass(200);
        assertThat(expired).isTrue();
    }

    @Test
    void oneThatWasStoppedNeverExpires() {
        timer.start();
        timer.stop();
        timer.stop();
        pass(1_000_000);
        assertThat(expired).isFalse();
    }

    private void pass(long millis) {
        for (long end = nowMillis + millis; nowMillis < end; nowMillis++) {
            for (long id : dueAtMillis.keySet().toArray(Long[]::new)) {
                if (dueAtMillis.get(id) <= nowMillis) {
                    dueAtMillis.remove(id);
                    timers.remove(id).handle(id);
                }
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static Handler<Long> timer(Object handler) {
        return (Handler<Long>) handler;
    }

    /** A minute in all, and ten seconds without progress. */
    private static HttpConfig.Memory memory() {
        return ConfigUtils.emptyConfigBuilder()
                .withMapping(HttpConfig.class)
                .withSources(new PropertiesConfigSource(
                        Map.of(
                                "bobbin.memory.transfer-timeout", "60s",
                                "bobbin.memory.stall-timeout", "10s"),
                        "test",
                        1_000))
                .build()
                .getConfigMapping(HttpConfig.class)
                .memory();
    }
}
