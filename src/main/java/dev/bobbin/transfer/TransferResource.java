package dev.bobbin.transfer;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.http.DocumentReads;
import dev.bobbin.http.RequestBodyFilter;
import dev.bobbin.owner.Owner;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** All that an owner has, as a whole. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
public class TransferResource {

    static final String NDJSON = "application/x-ndjson";

    private final ExportStore exports;
    private final ImportStore imports;
    private final OwnerStore owners;
    private final DocumentReads reads;
    private final RequestBodyFilter bodies;
    private final Clock clock;

    TransferResource(
            ExportStore exports,
            ImportStore imports,
            OwnerStore owners,
            DocumentReads reads,
            RequestBodyFilter bodies,
            Clock clock) {
        this.exports = exports;
        this.imports = imports;
        this.owners = owners;
        this.reads = reads;
        this.bodies = bodies;
        this.clock = clock;
    }

    @GET
    @Path("/export")
    @Produces(NDJSON)
    public Uni<Response> exportOwner(@QueryParam("after") @Nullable String after, @Context RoutingContext http) {
        ExportPlace place = after == null || after.isEmpty() ? null : ExportPlace.of(after);
        return reads.stream(http, exports.lines(Owner.of(http), place)).map(lines -> lines.type(NDJSON)
                .header("Content-Disposition", "attachment; filename=\"bobbin-export.ndjson\"")
                .build());
    }

    @POST
    @Path("/import")
    @Consumes(NDJSON)
    public Uni<Response> importOwner(
            @QueryParam("on_conflict") @Nullable String onConflict, @Context RoutingContext http) {
        Owner owner = Owner.of(http);
        return new Import(http, bodies, imports, owner, OnConflict.of(onConflict), clock)
                .run()
                .map(TransferResource::json);
    }

    @DELETE
    @Path("/owner")
    public Uni<Response> eraseOwner(@QueryParam("dry_run") @Nullable String dryRun, @Context RoutingContext http) {
        Owner owner = Owner.of(http);
        boolean dry = isDry(dryRun);
        Uni<Counts> counts = dry ? owners.count(owner) : owners.erase(owner);
        return counts.map(found -> json('{' + found.members() + ",\"dry_run\":" + dry + '}'));
    }

    @GET
    @Path("/usage")
    public Uni<Response> loadUsage(@Context RoutingContext http) {
        return owners.usage(Owner.of(http)).map(usage -> json(usage.json()));
    }

    private static boolean isDry(@Nullable String parameter) {
        if (parameter == null || parameter.isEmpty() || parameter.equals("false")) {
            return false;
        }
        if (parameter.equals("true")) {
            return true;
        }
        throw INVALID_REQUEST.because("dry_run must be true or false");
    }

    private static Response json(String json) {
        return Response.ok(json, MediaType.APPLICATION_JSON_TYPE).build();
    }
}
