package dev.bobbin.ops;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
class OpenApiTest {

    @Test
    void theCommittedSpecificationIsTheServedOne() throws Exception {
        String committed = Files.readString(Path.of("openapi.yaml"));
        String served =
                given().get("/q/openapi").then().statusCode(200).extract().asString();
        YAMLMapper yaml = new YAMLMapper();
        assertThat(yaml.readTree(served))
                .as(
                        "openapi.yaml has drifted; to renew it: ./mvnw -DskipTests package && cp target/openapi/openapi.yaml .")
                .isEqualTo(yaml.readTree(committed));
    }

    @Test
    void everyReferenceLeadsSomewhere() throws Exception {
        JsonNode api = new YAMLMapper().readTree(Files.readString(Path.of("openapi.yaml")));
        List<String> references = api.findValuesAsText("$ref", new ArrayList<>());
        assertThat(references).hasSizeGreaterThan(50);
        assertThat(references).allSatisfy(reference -> assertThat(
                        api.at(reference.substring(1)).isMissingNode())
                .as(reference)
                .isFalse());
    }
}
