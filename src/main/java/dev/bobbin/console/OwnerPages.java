package dev.bobbin.console;

import dev.bobbin.console.ConsoleRoutes.Answer;
import dev.bobbin.console.Rows.Hit;
import dev.bobbin.console.Rows.NameRow;
import dev.bobbin.console.Rows.ThreadRow;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.JsonValue;
import dev.bobbin.owner.AuthConfig;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.PageRequest;
import dev.bobbin.search.SearchCursor;
import dev.bobbin.search.SearchQuery;
import dev.bobbin.search.SearchStore;
import dev.bobbin.thread.ThreadFilter;
import dev.bobbin.thread.ThreadListStore;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pages that find an owner, and the owner's threads with the API's filters, order and search. */
@Singleton
class OwnerPages {

    /** Of a page of threads. With their last items they may be larger; then those are left out. */
    static final FetchLimit SMALL = new FetchLimit(1 << 18, 1 << 18);

    private static final int THREADS = 20;

    private final WakeGate gate;
    private final AuthConfig auth;
    private final OwnerSearchStore owners;
    private final ThreadListStore threads;
    private final SearchStore texts;

    OwnerPages(WakeGate gate, AuthConfig auth, OwnerSearchStore owners, ThreadListStore threads, SearchStore texts) {
        this.gate = gate;
        this.auth = auth;
        this.owners = owners;
        this.threads = threads;
        this.texts = texts;
    }

    /** Tenants, or with {@code of} the users of one. */
    Uni<Answer> owners(RoutingContext http) {
        Parameters sent = new Parameters(http.queryParams());
        String tenant = sent.text("of");
        String prefix = sent.text("name");
        return gate.pass(http, sent, () -> (tenant.isEmpty()
                        ? owners.tenants(prefix, sent.text("after"))
                        : owners.users(tenant, prefix, sent.text("after")))
                .map(names -> {
                    boolean more = names.size() > OwnerSearchStore.PAGE;
                    List<String> page = more ? names.subList(0, OwnerSearchStore.PAGE) : names;
                    Map<String, @Nullable Object> values = new HashMap<>();
                    values.put("tenant", tenant);
                    values.put("tenantQuery", "tenant=" + Links.encode(tenant));
                    values.put("prefix", prefix);
                    values.put(
                            "names",
                            page.stream()
                                    .map(name -> new NameRow(name, Links.encode(name)))
                                    .toList());
                    values.put("next", more ? sent.with("after", page.get(page.size() - 1)) : null);
                    return new Answer("owners", values);
                }));
    }

    Uni<Answer> threads(RoutingContext http) {
        Parameters sent = new Parameters(http.queryParams());
        Owner owner = sent.owner();
        if (sent.has("q")) {
            return search(http, sent, owner);
        }
        ThreadFilter filter = ThreadFilter.of(sent.all());
        PageRequest page = sent.page(String.valueOf(THREADS), "active_at", "desc");
        return gate.pass(http, sent, () -> threads.list(owner, filter, page, true, true, SMALL)
                .flatMap(found -> found.isComplete()
                        ? Uni.createFrom().item(found)
                        : threads.list(owner, filter, page, false, true, SMALL))
                .map(found -> {
                    JsonValue json = Rows.read(found);
                    List<ThreadRow> rows = new ArrayList<>();
                    json.member("data").forEach(thread -> rows.add(ThreadRow.of(thread)));
                    JsonValue total = json.member("total");
                    Map<String, @Nullable Object> values = sent.shown();
                    values.put("rows", rows);
                    values.put("total", total.member("value").json());
                    values.put("atLeast", "gte".equals(total.member("relation").string()));
                    values.put("curl", Links.curl(http, auth, owner, "/v1/threads?" + sent.call("active_at")));
                    Links.pages(json, sent, values);
                    return new Answer("threads", values);
                }));
    }

    private Uni<Answer> search(RoutingContext http, Parameters sent, Owner owner) {
        SearchQuery words = SearchQuery.of(sent.text("q"));
        SearchCursor after = SearchCursor.of(sent.text("cursor"), null);
        return gate.pass(
                http, sent, () -> texts.find(owner, words, after, THREADS).map(found -> {
                    JsonValue json = Rows.read(found);
                    List<Hit> hits = new ArrayList<>();
                    json.member("data").forEach(hit -> hits.add(Hit.of(hit)));
                    Map<String, @Nullable Object> values = sent.shown();
                    values.put("hits", hits);
                    values.put("curl", Links.curl(http, auth, owner, "/v1/search?q=" + Links.encode(sent.text("q"))));
                    Links.pages(json, sent, values);
                    return new Answer("search", values);
                }));
    }
}
