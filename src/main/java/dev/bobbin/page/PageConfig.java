package dev.bobbin.page;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How large pages are. */
@ConfigMapping(prefix = "bobbin.page")
public interface PageConfig {

    /** The most bytes of documents in a page that has more than one; a small heap allows less. */
    @WithDefault("8M")
    MemorySize maxBytes();
}
