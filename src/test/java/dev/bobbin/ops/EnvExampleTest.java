package dev.bobbin.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.database.DatabaseConfig;
import dev.bobbin.database.pool.PoolConfig;
import dev.bobbin.http.MemoryConfig;
import dev.bobbin.owner.AuthConfig;
import dev.bobbin.page.PageConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithName;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EnvExampleTest {

    @Test
    void everyKeyStandsInTheExampleWithAReasonAbove() throws Exception {
        List<String> lines = Files.readAllLines(Path.of(".env.example"));
        List<String> keys = Stream.concat(
                        Stream.of("DATABASE_URL", "DATABASE_DIRECT_URL"),
                        Stream.of(
                                        AuthConfig.class,
                                        DatabaseConfig.class,
                                        MemoryConfig.class,
                                        PageConfig.class,
                                        PoolConfig.class)
                                .flatMap(EnvExampleTest::keys))
                .toList();
        assertThat(keys).contains("BOBBIN_AUTH_JWT_TENANT_CLAIM", "BOBBIN_POOL_MAX_SIZE", "BOBBIN_OWNER_ADOPT_AS");
        for (String key : keys) {
            int line = indexOf(lines, key);
            assertThat(line).as(key).isPositive();
            assertThat(lines.get(line - 1)).as("the reason of " + key).matches("# \\S.{20,}");
        }
    }

    @Test
    void theExampleNamesNoKeyThatNobodyReads() throws Exception {
        List<String> known = Stream.of(
                        AuthConfig.class, DatabaseConfig.class, MemoryConfig.class, PageConfig.class, PoolConfig.class)
                .flatMap(EnvExampleTest::keys)
                .toList();
        assertThat(Files.readAllLines(Path.of(".env.example")).stream()
                        .filter(line -> line.matches("#?BOBBIN_.*"))
                        .map(line -> line.replaceAll("^#|=.*$", "")))
                .isSubsetOf(known);
    }

    private static int indexOf(List<String> lines, String key) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).matches("#?" + key + "=.*")) {
                return i;
            }
        }
        return -1;
    }

    private static Stream<String> keys(Class<?> mapping) {
        return keys(mapping.getAnnotation(ConfigMapping.class).prefix(), mapping);
    }

    private static Stream<String> keys(String prefix, Class<?> group) {
        return Arrays.stream(group.getMethods()).flatMap(method -> {
            String name = prefix + "." + name(method);
            boolean nested = Arrays.asList(group.getDeclaredClasses()).contains(method.getReturnType())
                    && method.getReturnType().isInterface();
            return nested
                    ? keys(name, method.getReturnType())
                    : Stream.of(name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"));
        });
    }

    private static String name(Method method) {
        WithName given = method.getAnnotation(WithName.class);
        return given != null ? given.value() : method.getName().replaceAll("([A-Z])", "-$1");
    }
}
