package dev.bobbin.command;

import dev.bobbin.StartupException;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/** How long threads are kept. {@code db prune} deletes what is older; the service itself deletes nothing. */
@ConfigMapping(prefix = "bobbin.retention")
public interface RetentionConfig {

    /** The age of tenants that {@link #tenants} does not name; without it theirs is kept. */
    @WithConverter(Age.Reader.class)
    Optional<Age> olderThan();

    /** {@code tenant=365d} or {@code tenant=never}, separated by commas. */
    Optional<List<@WithConverter(TenantAge.Reader.class) TenantAge>> tenants();

    /**
     * An age above which a thread is old.
     *
     * @param duration null for no age
     */
    record Age(@Nullable Duration duration) {

        private static final Pattern FORM = Pattern.compile("(\\d{1,6})([dh])");

        static final String EXPECTED = "a number of days or hours, such as 365d or 12h, or never";

        /** @throws IllegalArgumentException for anything else than {@link #EXPECTED}: a bare number could be of any unit */
        static Age of(String text) {
            Matcher matcher = FORM.matcher(text.strip());
            if (text.strip().equals("never")) {
                return new Age(null);
            }
            if (!matcher.matches() || Integer.parseInt(matcher.group(1)) == 0) {
                throw new IllegalArgumentException("it must be " + EXPECTED);
            }
            int number = Integer.parseInt(matcher.group(1));
            return new Age(matcher.group(2).equals("d") ? Duration.ofDays(number) : Duration.ofHours(number));
        }

        @Nullable
        OffsetDateTime before(OffsetDateTime now) {
            return duration == null ? null : now.minus(duration);
        }

        /** Reads a setting. */
        public static class Reader implements Converter<Age> {
            @Override
            public Age convert(String value) {
                return of(value);
            }
        }
    }

    record TenantAge(String tenant, Age age) {

        /** Reads an entry of a setting. */
        public static class Reader implements Converter<TenantAge> {
            @Override
            public TenantAge convert(String value) {
                int equals = value.lastIndexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException(
                            "it must be tenant=age, several separated by commas, where an age is " + Age.EXPECTED);
                }
                return new TenantAge(value.substring(0, equals).strip(), Age.of(value.substring(equals + 1)));
            }
        }
    }

    /**
     * The age of each tenant, by its name.
     *
     * @throws StartupException if no age is set, or two are for one tenant
     */
    static Function<String, Age> ages(RetentionConfig config) {
        Map<String, Age> ages = new HashMap<>();
        for (TenantAge each : config.tenants().orElse(List.of())) {
            if (ages.put(each.tenant, each.age) != null) {
                throw new StartupException("bobbin.retention.tenants (BOBBIN_RETENTION_TENANTS) names the tenant "
                        + each.tenant + " twice; leave one of them out");
            }
        }
        if (ages.isEmpty() && config.olderThan().isEmpty()) {
            throw new StartupException("nothing says what is old: give --older-than, such as --older-than 365d, or set"
                    + " BOBBIN_RETENTION_OLDER_THAN for all tenants, or BOBBIN_RETENTION_TENANTS for some");
        }
        Age others = config.olderThan().orElse(new Age(null));
        return tenant -> ages.getOrDefault(tenant, others);
    }
}
