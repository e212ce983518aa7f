package dev.bobbin.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code .ci/run} has others' tools read the same document, and call the service by it. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class OpenApiTest {

    private static final YAMLMapper YAML = new YAMLMapper();

    @Test
    void theCommittedSpecificationIsTheServedOne() throws Exception {
        String served =
                given().get("/q/openapi").then().statusCode(200).extract().asString();
        assertThat(YAML.readTree(served))
                .as(
                        "openapi.yaml has drifted; to renew it: ./mvnw -DskipTests package && cp target/openapi/openapi.yaml .")
                .isEqualTo(committed());
    }

    @Test
    void everyReferenceLeadsToSomethingThatIsNoReference() throws Exception {
        JsonNode api = committed();
        List<String> references = api.findValuesAsText("$ref");
        assertThat(references).hasSizeGreaterThan(50).allSatisfy(reference -> {
            JsonNode referred = api.at(reference.substring(1));
            assertThat(referred.isObject()).as(reference).isTrue();
            assertThat(referred.has("$ref")).as(reference).isFalse();
        });
    }

    @Test
    void everyComponentSaysWhatItIsAndIsUsed() throws Exception {
        JsonNode api = committed();
        List<String> references = api.findValuesAsText("$ref");
        Map<String, List<String>> needed = Map.of(
                "parameters", List.of("name", "in", "schema"),
                "headers", List.of("schema"),
                "responses", List.of("description"),
                "requestBodies", List.of("content"),
                "schemas", List.of());
        needed.forEach((kind, members) -> {
            for (Map.Entry<String, JsonNode> component :
                    api.path("components").path(kind).properties()) {
                String reference = "#/components/" + kind + "/" + component.getKey();
                assertThat(references).contains(reference);
                members.forEach(member -> assertThat(component.getValue().has(member))
                        .as(reference + " has " + member)
                        .isTrue());
            }
        });
    }

    private static JsonNode committed() throws Exception {
        return YAML.readTree(Files.readString(Path.of("openapi.yaml")));
    }
}
