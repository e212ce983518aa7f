package dev.bobbin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.PropertiesConfigSource;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A transfer that is interrupted, as by each wait for memory, has no more time than another. */
class TransferTimerTest {

    private final Vertx vertx = Vertx.vertx();
    private final CompletableFuture<Void> expired = new CompletableFuture<>();

    @AfterEach
    void close() {
        vertx.close();
    }

    @Test
    void theTimeBeforeEachStopCounts() {
        vertx.runOnContext(start -> {
            TransferTimer timer = timer("400ms");
            timer.start();
            vertx.setPeriodic(20, tick -> timer.start());
        });
        assertThat(expired).succeedsWithin(60, TimeUnit.SECONDS);
    }

    @Test
    void theTimeAfterAStopDoesNotCount() {
        AtomicLong counted = new AtomicLong();
        vertx.runOnContext(start -> {
            TransferTimer timer = timer("500ms");
            counted.addAndGet(-System.nanoTime());
            timer.start();
            timer.stop();
            counted.addAndGet(System.nanoTime());
            vertx.setTimer(700, tick -> {
                counted.addAndGet(-System.nanoTime());
                timer.start();
            });
        });
        assertThat(expired.thenRun(() -> counted.addAndGet(System.nanoTime()))).succeedsWithin(60, TimeUnit.SECONDS);
        assertThat(Duration.ofNanos(counted.get())).isGreaterThanOrEqualTo(Duration.ofMillis(500));
    }

    private TransferTimer timer(String total) {
        MemoryConfig config = ConfigUtils.emptyConfigBuilder()
                .withMapping(MemoryConfig.class)
                .withSources(new PropertiesConfigSource(Map.of("bobbin.memory.transfer-timeout", total), "test", 1_000))
                .build()
                .getConfigMapping(MemoryConfig.class);
        RoutingContext http = (RoutingContext) Proxy.newProxyInstance(
                RoutingContext.class.getClassLoader(),
                new Class<?>[] {RoutingContext.class},
                (proxy, method, arguments) -> method.getName().equals("vertx") ? vertx : 0);
        return new TransferTimer(http, config, () -> expired.complete(null));
    }
}
