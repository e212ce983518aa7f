package dev.bobbin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.command.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EnvExampleTest {

    @Test
    void everyKeyStandsInTheExampleWithAReasonAbove() throws Exception {
        List<String> lines = Files.readAllLines(Path.of(".env.example"));
        List<String> keys = Stream.concat(
                        Stream.of("DATABASE_URL", "DATABASE_DIRECT_URL"), Settings.variables().stream())
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
        assertThat(Files.readAllLines(Path.of(".env.example")).stream()
                        .filter(line -> line.matches("#?BOBBIN_.*"))
                        .map(line -> line.replaceAll("^#|=.*$", "")))
                .isSubsetOf(Settings.variables());
    }

    private static int indexOf(List<String> lines, String key) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).matches("#?" + key + "=.*")) {
                return i;
            }
        }
        return -1;
    }
}
