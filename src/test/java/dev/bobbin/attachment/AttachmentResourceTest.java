package dev.bobbin.attachment;

import static org.hamcrest.Matchers.equalTo;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class AttachmentResourceTest {

    private final As user = As.somebody();

    @Test
    void savedAttachmentIsCreatedThenReplacedThenDeleted() {
        String path = "/v1/attachments/atc_1";
        String first =
                """
                {"id":"atc_1","name":"a.pdf","mime_type":"application/pdf","upload_descriptor":{"url":"u","method":"PUT","headers":{}},"thread_id":null,"metadata":{"x":1},"type":"file"}""";
        String second =
                """
                {"id":"atc_1","name":"a.pdf","mime_type":"application/pdf","upload_descriptor":null,"thread_id":"thr_1","metadata":null,"type":"file"}""";
        user.get(path).then().statusCode(404).body("detail", equalTo("Attachment atc_1 not found"));
        user.put(path, first).then().statusCode(201).body(equalTo(first));
        user.get(path).then().statusCode(200).contentType("application/json").body(equalTo(first));
        user.put(path, second).then().statusCode(200).body(equalTo(second));
        user.get(path).then().body(equalTo(second));

        As.somebody().get(path).then().statusCode(404);
        As.somebody().delete(path).then().statusCode(204);
        user.get(path).then().statusCode(200);

        user.delete(path).then().statusCode(204);
        user.delete(path).then().statusCode(204);
        user.get(path).then().statusCode(404);
    }

    @Test
    void anotherIdInTheBodyIsRefused() {
        user.put("/v1/attachments/atc_1", "{\"id\":\"atc_2\"}").then().statusCode(400);
    }
}
