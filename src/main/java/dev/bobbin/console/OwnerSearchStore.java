package dev.bobbin.console;

import dev.bobbin.database.Statements;
import dev.bobbin.owner.Owner;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/**
 * The owners who have threads, for operators: the only statements that name no owner. They skip from one to the next in the
 * primary key, so that each name costs one look into the index, however many threads it has.
 */
@Singleton
class OwnerSearchStore {

    static final int PAGE = 50;

    /** A zero follows the slash in ASCII. */
    private static final String TENANTS = skip("split_part(names.owner_id, '/', 1) || '0'");

    /** No name has this character, the lowest one. */
    private static final String USERS = skip("names.owner_id || chr(1)");

    /** Above every other character. */
    private static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    private final Statements statements;

    OwnerSearchStore(Statements statements) {
        this.statements = statements;
    }

    /** The tenants whose names begin like this, from {@code after} on, which is left out; at most {@value #PAGE} and one more. */
    Uni<List<String>> tenants(String prefix, String after) {
        String from = after.isEmpty() ? Owner.idOf(prefix) : Owner.idOf(after) + '0';
        return names(TENANTS, from, Owner.idOf(prefix) + LAST)
                .map(ids -> ids.stream().map(id -> Owner.ofId(id).tenant()).toList());
    }

    /** The same of a tenant's users. */
    Uni<List<String>> users(String tenant, String prefix, String after) {
        String all = Owner.idOf(tenant) + '/';
        String from = all + (after.isEmpty() ? prefix : after + '\u0001');
        return names(USERS, from, all + prefix + LAST)
                .map(ids -> ids.stream().map(id -> Owner.ofId(id).user()).toList());
    }

    /** Names from $1 on and below $2, up to $3; the next one begins at {@code beyond} the one before. */
    private static String skip(String beyond) {
        return """
                with recursive names(owner_id, nr) as (
                  (select owner_id, 1 from bobbin.threads where owner_id >= $1 and owner_id < $2 order by owner_id limit 1)
                  union all
                  select (
                    select owner_id from bobbin.threads where owner_id >= %s and owner_id < $2 order by owner_id limit 1), nr + 1
                  from names where owner_id is not null and nr < $3)
                select owner_id from names where owner_id is not null"""
                .formatted(beyond);
    }

    private Uni<List<String>> names(String sql, String from, String to) {
        return statements.run(sql, Tuple.of(from, to, PAGE + 1)).map(rows -> {
            List<String> names = new ArrayList<>(rows.size());
            for (Row row : rows) {
                names.add(row.getString("owner_id"));
            }
            return names;
        });
    }
}
