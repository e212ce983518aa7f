package dev.bobbin.console;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ConsoleOffTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/database", "/sign-in", "/assets/console.css", "/export"})
    void withoutAKeyThereIsNoConsole(String path) {
        given().get("/console" + path)
                .then()
                .statusCode(404)
                .body("type", equalTo("urn:bobbin:problem:not-found"))
                .header("Content-Security-Policy", nullValue());
        given().formParam("key", "").post("/console" + path).then().statusCode(404);
    }
}
