package dev.bobbin.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A document comes back byte for byte as it was saved. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class VerbatimTest {

    private final As user = As.somebody();

    static Stream<Arguments> awkward() {
        return Stream.of(
                Arguments.of("duplicate keys", "\"a\":1,\"a\":2,\"metadata\":{\"k\":1,\"k\":2}"),
                Arguments.of(
                        "numbers beyond a double",
                        "\"a\":1e400,\"b\":-1E-400,\"metadata\":{\"n\":1e400,\"huge\":1e999999}"),
                Arguments.of("minus zero", "\"a\":-0,\"b\":-0.0,\"c\":0e0,\"metadata\":{\"z\":-0}"),
                Arguments.of("64 bits", "\"a\":9223372036854775807,\"b\":18446744073709551615"),
                Arguments.of(
                        "40 digits",
                        "\"a\":1234567890123456789012345678901234567890,\"b\":0.1234567890123456789012345678901234567890"),
                Arguments.of(
                        "2,000 digits",
                        "\"a\":" + "7".repeat(2_000) + ",\"metadata\":{\"n\":" + "7".repeat(2_000) + "}"),
                Arguments.of("spellings of numbers", "\"a\":1.0,\"b\":1.00,\"c\":1E5,\"d\":100000.0"),
                Arguments.of(
                        "null character",
                        "\"a\":\"x\\u0000y\",\"title\":\"\\u0000\",\"content\":[{\"text\":\"\\u0000\"}],\"metadata\":{\"\\u0000\":\"\\u0000\"}"),
                Arguments.of(
                        "lone surrogates",
                        "\"a\":\"\\ud800\",\"title\":\"\\udc00x\",\"content\":\"\\ud83d\",\"metadata\":{\"\\ud800\":\"\\udfff\"}"),
                Arguments.of(
                        "emoji, escaped and plain",
                        "\"a\":\"\\ud83d\\ude00\",\"b\":\"😀👩‍👩‍👧\",\"title\":\"😀\",\"content\":\"😀\""),
                Arguments.of("replacement character", "\"a\":\"\uFFFD\""),
                Arguments.of("escapes", "\"a\":\"\\/\\b\\f\\n\\r\\t\\\\\\\"\\u0041\\u00e9\""),
                Arguments.of("white space", " \n\t \"a\" :\r\n [ 1 , 2 ] "),
                Arguments.of("escaped names of known members", "\"\\u0074itle\":\"t\""),
                Arguments.of(
                        "nulls and unknown members",
                        "\"title\":null,\"status\":null,\"metadata\":null,\"content\":null,\"x\":{}"),
                Arguments.of(
                        "members of strange types",
                        "\"title\":[1],\"status\":7,\"metadata\":[1,{\"a\":2}],\"content\":[[\"a\"],7,{\"text\":{\"text\":1}}]"),
                Arguments.of(
                        "500 levels",
                        "\"a\":" + "[".repeat(499) + "]".repeat(499) + ",\"metadata\":" + "{\"a\":".repeat(499) + "1"
                                + "}".repeat(499)),
                Arguments.of(
                        "15 MB of base64 and text",
                        "\"a\":\"" + "QmFzZTY0".repeat(7_500_000 / 8) + "\",\"content\":[{\"text\":\""
                                + "ä".repeat(3_750_000) + "\"}]"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("awkward")
    void everyKindOfDocumentComesBackAsItWas(String name, String members) {
        String thread = user.thread("thr_v");
        String document =
                "{\"id\":\"x\",\"type\":\"widget\",\"created_at\":\"2026-11-21T00:54:09.050329\"," + members + "}";

        for (String path : new String[] {"/v1/threads/x", thread + "/items/x", "/v1/attachments/x"}) {
            assertSame(user.put(path, document).then().statusCode(201).extract().asByteArray(), document);
            assertSame(user.get(path).then().statusCode(200).extract().asByteArray(), document);
            assertSame(user.put(path, document).then().statusCode(200).extract().asByteArray(), document);
        }
        user.delete(thread + "/items/x");
        assertSame(
                user.post(thread + "/items", document)
                        .then()
                        .statusCode(201)
                        .extract()
                        .asByteArray(),
                document);
        assertSame(
                user.post(thread + "/items", document)
                        .then()
                        .statusCode(200)
                        .extract()
                        .asByteArray(),
                document);
        assertSame(
                user.get(thread + "/items").then().statusCode(200).extract().asByteArray(),
                "{\"data\":[" + document + "],\"has_more\":false,\"after\":null}");
    }

    private static void assertSame(byte[] answer, String document) {
        // not by an assertion that would print 15 MB
        assertThat(java.util.Arrays.equals(answer, document.getBytes(StandardCharsets.UTF_8)))
                .as("the same bytes")
                .isTrue();
    }
}
