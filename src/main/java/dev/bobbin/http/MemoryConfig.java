package dev.bobbin.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** How long requests wait for memory, and how long they keep it. */
@ConfigMapping(prefix = "bobbin.memory")
public interface MemoryConfig {

    /** How long a request waits for its part of the memory before it is refused. */
    @WithDefault("10s")
    @DurationMin(millis = 1)
    Duration waitTimeout();

    /** How long a body or an answer may make no progress before its connection is closed. */
    @WithDefault("10s")
    @DurationMin(millis = 1)
    Duration stallTimeout();

    /** How long a body or a large answer may take in all: 8 MB in a minute are a megabit in a second. */
    @WithDefault("60s")
    @DurationMin(millis = 1)
    Duration transferTimeout();
}
