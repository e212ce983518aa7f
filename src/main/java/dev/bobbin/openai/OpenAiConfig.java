package dev.bobbin.openai;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** How OpenAI's APIs are served. */
@ConfigMapping(prefix = "bobbin.openai")
public interface OpenAiConfig {

    /** The most items of one call. OpenAI itself takes 20; its SDK for JavaScript sends all of a turn in one call. */
    @WithDefault("1000")
    @Min(1)
    @Max(1000)
    int maxItems();

    /** How old the items may be that the repeat of a call finds instead of storing them again. */
    @WithDefault("1m")
    @DurationMin(seconds = 0)
    Duration repeatWindow();
}
