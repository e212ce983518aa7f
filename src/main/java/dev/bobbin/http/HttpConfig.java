package dev.bobbin.http;

import dev.bobbin.Bounds;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How much time and memory callers may take. */
@ConfigMapping(prefix = "bobbin")
public interface HttpConfig {

    Connections http();

    Memory memory();

    Pages page();

    interface Connections {
        /** How long a new connection may be silent, and how long a request's head may take from its first byte on. */
        @WithDefault("30s")
        @Bounds(min = "1ms")
        Duration headTimeout();
    }

    interface Memory {
        /** How long a request waits for its part of the memory before it is rejected. */
        @WithDefault("10s")
        @Bounds(min = "1ms")
        Duration waitTimeout();

        /** How long a body or a response may make no progress before it is cut off. */
        @WithDefault("10s")
        @Bounds(min = "1ms")
        Duration stallTimeout();

        /** How long a body or a large response may take in all: 8 MB in a minute are 1 Mbit/s. */
        @WithDefault("60s")
        @Bounds(min = "1ms")
        Duration transferTimeout();
    }

    interface Pages {
        /** The most bytes of documents in a page of more than one; a small heap allows less. */
        @WithDefault("8M")
        MemorySize maxBytes();
    }
}
