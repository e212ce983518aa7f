package dev.bobbin.openai;

import dev.bobbin.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How OpenAI's APIs are served. */
@ConfigMapping(prefix = "bobbin.openai")
public interface OpenAiConfig {

    /** The most items of one call. OpenAI itself takes 20; its SDK for JavaScript sends all of a turn in one call. */
    @WithDefault("1000")
    @Bounds(min = "1", max = "1000")
    int maxItems();

    /** How old the items may be that the repeat of a call finds instead of storing them again. */
    @WithDefault("1m")
    @Bounds(min = "0s")
    Duration repeatWindow();
}
