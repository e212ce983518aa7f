package dev.bobbin.http;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/**
 * Adds to every operation of the OpenAPI document what all operations have in common: references to the parameters that
 * {@code META-INF/openapi.yaml} describes, and the ways any call can fail.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class OpenApiDocumentFilter implements OASFilter {

    private static final List<String> EVERY_CALL = List.of("400", "401", "403", "406", "414", "431", "500", "503");
    private static final List<String> EVERY_WRITE = List.of("413", "415");

    private static final Map<String, String> RESPONSES = Map.ofEntries(
            Map.entry("400", "InvalidRequest"),
            Map.entry("401", "Unauthenticated"),
            Map.entry("403", "Forbidden"),
            Map.entry("406", "NotAcceptable"),
            Map.entry("413", "BodyTooLarge"),
            Map.entry("414", "UriTooLong"),
            Map.entry("415", "UnsupportedMediaType"),
            Map.entry("422", "RefusedByDatabase"),
            Map.entry("431", "HeadersTooLarge"),
            Map.entry("500", "Internal"),
            Map.entry("503", "DatabaseUnavailable"));

    @Override
    public void filterOpenAPI(OpenAPI api) {
        if (api.getPaths() != null) {
            for (PathItem path : api.getPaths().getPathItems().values()) {
                path.getOperations().forEach(OpenApiDocumentFilter::complete);
            }
        }
    }

    private static void complete(PathItem.HttpMethod method, Operation operation) {
        for (APIResponse response : operation.getResponses().getAPIResponses().values()) {
            // the scanner says OK, the component says more
            response.setDescription(null);
        }
        // not by filterParameter: it is called for the components as well, which would then refer to themselves
        List<Parameter> parameters = new ArrayList<>();
        if (operation.getParameters() != null) {
            operation.getParameters().forEach(parameter -> parameters.add(reference(component(operation, parameter))));
        }
        EVERY_CALL.forEach(status -> addFailure(operation, status));
        if (method != PathItem.HttpMethod.GET) {
            addFailure(operation, "422");
        }
        if (operation.getRequestBody() != null) {
            EVERY_WRITE.forEach(status -> addFailure(operation, status));
            parameters.add(reference("Prefer"));
        }
        parameters.add(reference("Bobbin-User"));
        parameters.add(reference("x-request-id"));
        operation.setParameters(parameters);
    }

    /** A parameter of a name is the same in all operations, except that a deletion cannot do without {@code after}. */
    private static String component(Operation operation, Parameter parameter) {
        return operation.getOperationId().equals("delete_items_after")
                        && parameter.getName().equals("after")
                ? "last_to_stay"
                : parameter.getName();
    }

    private static Parameter reference(String name) {
        return OASFactory.createParameter().ref("#/components/parameters/" + name);
    }

    private static void addFailure(Operation operation, String status) {
        operation
                .getResponses()
                .addAPIResponse(
                        status, OASFactory.createAPIResponse().ref("#/components/responses/" + RESPONSES.get(status)));
    }
}
