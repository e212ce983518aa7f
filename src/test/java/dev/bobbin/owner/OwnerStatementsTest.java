package dev.bobbin.owner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.StoreStatements;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every row that a statement reads or writes is of the owner in its first parameter: also what a distributed Postgres routes by. */
class OwnerStatementsTest {

    private static final Pattern TABLE = Pattern.compile("bobbin\\.\\w+");
    private static final Pattern OWNER = Pattern.compile(
            "owner_id = \\$1\\b|insert into bobbin\\.\\w+ \\(owner_id, [^)]*\\)\\s+(values \\(|select )\\$1,");

    @Test
    void everyTableOfAStatementIsLimitedToTheOwner() {
        Map<String, String> ofCallers = StoreStatements.all();
        // finds owners, for operators
        ofCallers.keySet().removeIf(name -> name.startsWith("OwnerSearchStore."));
        assertThat(ofCallers).hasSizeGreaterThan(20).allSatisfy((name, sql) -> assertThat(
                        OWNER.matcher(sql).results())
                .as("%s: %s", name, sql)
                .hasSameSizeAs(TABLE.matcher(sql).results().toList()));
    }

    @Test
    void noUpsertCallsAFunctionThatADistributedPostgresRefuses() {
        assertThat(StoreStatements.all())
                .allSatisfy((name, sql) -> assertThat(sql).as(name).doesNotContain("now()"));
    }
}
