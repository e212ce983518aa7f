package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.BobbinCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands and the queries of {@code docs/operations.md}, in their order. */
@Tag("postgres")
class OperationsPageTest {

    private static final Pattern FENCE = Pattern.compile("(?ms)^ *```(sh|sql)\\n(.*?)^ *```$");

    @TempDir
    private Path directory;

    @Test
    void everyCommandAndQueryOfThePageWorks() throws Exception {
        String url = DbCommandTest.ownDatabase();
        BobbinCommand.on(url).run("db", "migrate").exits(0);
        DbCommandTest.execute(
                url,
                "insert into threads (owner_id, id, document, created_at, active_at) select 'acme/' || u, 'thr_1',"
                        + " '{\"id\":\"thr_1\"}', '2020-01-01', '2020-01-01' from unnest(array['ann', 'bob']) u;insert"
                        + " into thread_items (owner_id, thread_id, id, document, type, created_at) values ('acme/ann',"
                        + " 'thr_1', 'msg_1', '{\"id\":\"msg_1\",\"type\":\"task\"}', 'task', '2020-01-01')");
        List<String> run = new ArrayList<>();
        for (MatchResult fence : FENCE.matcher(Files.readString(Path.of("docs", "operations.md")))
                .results()
                .toList()) {
            if (fence.group(1).equals("sql")) {
                // a subscription needs a second server
                if (!fence.group(2).contains(" subscription ")) {
                    DbCommandTest.execute(url, fence.group(2));
                    run.add("sql");
                }
            } else {
                fence.group(2)
                        .lines()
                        .map(line -> line.replaceFirst(" *#.*", "").strip())
                        // other programs, and URLs that are yours
                        .filter(line -> line.matches("([A-Z_]+=[^$ ]+ )*bobbin [^|]*"))
                        .forEach(line -> run.add(run(url, line)));
            }
        }
        assertThat(run)
                .contains("export", "import", "erase", "usage", "prune", "sql")
                .hasSizeGreaterThan(15);
    }

    /** Returns the command's name. */
    private String run(String url, String line) {
        BobbinCommand bobbin = BobbinCommand.on(url);
        List<String> words = new ArrayList<>(Arrays.asList(line.split(" +")));
        while (!words.get(0).equals("bobbin")) {
            String[] variable = words.remove(0).split("=", 2);
            bobbin = bobbin.and(variable[0], variable[1]);
        }
        words.replaceAll(
                word -> word.endsWith(".ndjson") ? directory.resolve(word).toString() : word);
        bobbin.run(words.subList(1, words.size()).toArray(String[]::new)).exits(0);
        return words.get(2);
    }
}
