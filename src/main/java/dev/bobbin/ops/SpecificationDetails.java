package dev.bobbin.ops;

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

/** What all operations have in common, said once: the parameters of a name, and the ways any call can fail. */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class SpecificationDetails implements OASFilter {

    private static final List<String> EVERY_CALL = List.of("400", "401", "403", "406", "500", "503");
    private static final List<String> EVERY_WRITE = List.of("413", "415");

    private static final Map<String, String> RESPONSES = Map.of(
            "400", "InvalidRequest",
            "401", "Unauthenticated",
            "403", "Forbidden",
            "406", "NotAcceptable",
            "413", "BodyTooLarge",
            "415", "UnsupportedMediaType",
            "422", "RefusedByDatabase",
            "500", "Internal",
            "503", "DatabaseUnavailable");

    @Override
    public void filterOpenAPI(OpenAPI api) {
        if (api.getPaths() != null) {
            for (PathItem path : api.getPaths().getPathItems().values()) {
                path.getOperations().forEach(SpecificationDetails::complete);
            }
        }
    }

    @Override
    public Parameter filterParameter(Parameter parameter) {
        return parameter.getName() == null ? parameter : reference(parameter.getName());
    }

    private static void complete(PathItem.HttpMethod method, Operation operation) {
        for (APIResponse response : operation.getResponses().getAPIResponses().values()) {
            // the scanner says OK, the component says more
            response.setDescription(null);
        }
        List<Parameter> parameters = new ArrayList<>();
        if (operation.getParameters() != null) {
            parameters.addAll(operation.getParameters());
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

    /** A parameter of a name is the same everywhere, and stands among the components. */
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
