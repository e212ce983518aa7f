package dev.bobbin.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.bobbin.attachment.AttachmentResource;
import dev.bobbin.openai.chatkit.HostedThreadResource;
import dev.bobbin.openai.conversation.ConversationItemResource;
import dev.bobbin.openai.conversation.ConversationResource;
import dev.bobbin.search.SearchResource;
import dev.bobbin.support.TestEnvironment;
import dev.bobbin.thread.ThreadItemResource;
import dev.bobbin.thread.ThreadListResource;
import dev.bobbin.thread.ThreadResource;
import dev.bobbin.thread.ThreadStateResource;
import dev.bobbin.transfer.TransferResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
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

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final Path SOURCE = Path.of("src/main/resources/META-INF/openapi.yaml");

    @Test
    void theServiceServesItWithTheVersion() throws Exception {
        String served = given().get("/q/openapi")
                .then()
                .statusCode(200)
                .contentType("application/yaml;charset=UTF-8")
                .extract()
                .asString();
        String version = YAML.readTree(served).at("/info/version").asText();
        assertThat(version).matches("[0-9]+\\..*");
        assertThat(served).isEqualTo(Files.readString(SOURCE).replace("${project.version}", version));
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

    /** Nothing but this test sees to it: the document is written by hand. */
    @Test
    void theOperationsAreTheResourcesMethods() throws Exception {
        Set<String> described = new TreeSet<>();
        JsonNode api = committed();
        for (Map.Entry<String, JsonNode> path : api.path("paths").properties()) {
            for (String method : List.of("get", "put", "post", "delete", "patch", "head", "options", "trace")) {
                JsonNode operation = path.getValue().path(method);
                if (!operation.isMissingNode()) {
                    described.add(String.join(
                            " ",
                            method,
                            path.getKey(),
                            operation.path("operationId").asText(),
                            "path" + parameters(api, path.getValue(), operation, "path"),
                            "query" + parameters(api, path.getValue(), operation, "query"),
                            "body " + operation.has("requestBody")));
                }
            }
        }
        Set<String> implemented = new TreeSet<>();
        for (Class<?> resource : List.of(
                ThreadResource.class,
                ThreadListResource.class,
                ThreadItemResource.class,
                ThreadStateResource.class,
                AttachmentResource.class,
                SearchResource.class,
                TransferResource.class,
                HostedThreadResource.class,
                ConversationResource.class,
                ConversationItemResource.class)) {
            for (Method method : resource.getDeclaredMethods()) {
                String verb = verb(method);
                if (verb != null) {
                    jakarta.ws.rs.Path below = method.getAnnotation(jakarta.ws.rs.Path.class);
                    implemented.add(String.join(
                            " ",
                            verb,
                            resource.getAnnotation(jakarta.ws.rs.Path.class).value()
                                    + (below == null ? "" : below.value()),
                            method.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT),
                            "path" + annotated(method, PathParam.class, PathParam::value),
                            "query" + query(method),
                            "body " + method.isAnnotationPresent(Consumes.class)));
                }
            }
        }
        assertThat(described).hasSize(40).isEqualTo(implemented);
    }

    private static Set<String> parameters(JsonNode api, JsonNode path, JsonNode operation, String in) {
        Set<String> names = new TreeSet<>();
        for (JsonNode list : List.of(path.path("parameters"), operation.path("parameters"))) {
            for (JsonNode reference : list) {
                JsonNode parameter = api.at(reference.path("$ref").asText().substring(1));
                if (parameter.path("in").asText().equals(in)) {
                    names.add(parameter.path("name").asText());
                }
            }
        }
        return names;
    }

    private static String verb(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(Objects::nonNull)
                .map(verb -> verb.value().toLowerCase(Locale.ROOT))
                .findFirst()
                .orElse(null);
    }

    private static Set<String> query(Method method) {
        Set<String> names = annotated(method, QueryParam.class, QueryParam::value);
        MoreParameters more = method.getAnnotation(MoreParameters.class);
        if (more != null) {
            for (String name : more.value().split(",")) {
                names.add(name.endsWith(".") ? name + "{key}" : name);
            }
        }
        return names;
    }

    private static <A extends Annotation> Set<String> annotated(
            Method method, Class<A> type, Function<A, String> name) {
        return Arrays.stream(method.getParameters())
                .map(parameter -> parameter.getAnnotation(type))
                .filter(Objects::nonNull)
                .map(name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static JsonNode committed() throws Exception {
        return YAML.readTree(Files.readString(SOURCE));
    }
}
