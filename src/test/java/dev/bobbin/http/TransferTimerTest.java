package dev.bobbin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.PropertiesConfigSource;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
        assertThat(expired).succeedsWithin(5, TimeUnit.SECONDS);
    }

    @Test
    void theTimeAfterAStopDoesNotCount() {
        vertx.runOnContext(start -> {
            TransferTimer timer = timer("1s");
            timer.start();
            vertx.setTimer(20, tick -> timer.stop());
            vertx.setTimer(1_200, tick -> timer.start());
        });
        assertThatThrownBy(() -> expired.get(1_500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(expired).succeedsWithin(5, TimeUnit.SECONDS);
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
