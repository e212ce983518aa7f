package dev.bobbin.console;

import dev.bobbin.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** The pages for operators. */
@ConfigMapping(prefix = "bobbin.console")
public interface ConsoleConfig {

    /** Opens the console, from 16 characters on. Without it there is none. */
    Optional<String> key();

    /** The database's size in compute units (CU). With autoscaling, the average. */
    @WithDefault("0.25")
    @Bounds(min = "0")
    double computeSize();

    /** What a CU-hour costs, in dollars. */
    @WithDefault("0.106")
    @Bounds(min = "0")
    double computePrice();

    /** How long the database stays awake when it is not used any more. */
    @WithDefault("5m")
    @Bounds(min = "0s")
    Duration suspendAfter();
}
