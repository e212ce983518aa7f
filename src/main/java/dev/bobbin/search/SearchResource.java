package dev.bobbin.search;

import dev.bobbin.http.DocumentReads;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.PageRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Search in the caller's titles and item texts. */
@Path("/v1/search")
@Produces(MediaType.APPLICATION_JSON)
public class SearchResource {

    private final SearchStore texts;
    private final DocumentReads reads;

    SearchResource(SearchStore texts, DocumentReads reads) {
        this.texts = texts;
        this.reads = reads;
    }

    @GET
    public Uni<Response> search(
            @QueryParam("q") @Nullable String q,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("sort") @Nullable String sort,
            @Context RoutingContext http) {
        SearchQuery query = SearchQuery.of(q);
        SearchCursor after = SearchCursor.of(cursor, sort);
        int rows = PageRequest.of(limit, null, null).limit();
        return reads.answer(http, most -> texts.find(Owner.of(http), query, after, rows));
    }
}
