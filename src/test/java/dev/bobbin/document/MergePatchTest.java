package dev.bobbin.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bobbin.problem.ProblemException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MergePatchTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            {"a":1,"b":2}               | {"a":3}                 | {"a":3,"b":2}
            { "a" : 1.50 , "b" : 2 }    | {"b": [1, 2] }          | { "a" : 1.50 , "b" : [1, 2] }
            {"a":1}                     | {"b":"x"}               | {"a":1,"b":"x"}
            { "a":1 }                   | {"b":2,"c":3}           | { "a":1,"b":2,"c":3 }
            {}                          | {"b":2}                 | {"b":2}
            { }                         | {"b":2,"c":null}        | {"b":2 }
            {}                          | {"b":null}              | {}
            {"a":1,"b":2,"c":3}         | {"a":null}              | {"b":2,"c":3}
            {"a":1,"b":2,"c":3}         | {"b":null}              | {"a":1,"c":3}
            {"a":1,"b":2,"c":3}         | {"c":null}              | {"a":1,"b":2}
            {"a":1,"b":2,"c":3}         | {"a":null,"c":null}     | {"b":2}
            {"a":1,"b":2,"c":3}         | {"a":null,"b":null}     | {"c":3}
            {"a":1,"b":2,"c":3}         | {"b":null,"c":null}     | {"a":1}
            { "a" : 1 }                 | {"a":null}              | {  }
            { "a":1, "b":2 }            | {"a":null}              | { "b":2 }
            { "a":1 , "b":2 }           | {"b":null}              | { "a":1  }
            {"a":1,"b":2}               | {"a":null,"b":null,"c":0}| {"c":0}
            {"a":1,"a":2,"b":0}         | {"a":3}                 | {"a":3,"b":0}
            {"a":1,"b":0,"a":2}         | {"a":null}              | {"b":0}
            {"b":0,"b":0,"a":2}         | {"a":3}                 | {"b":0,"b":0,"a":3}
            {"\\u0061":1,"b":2}         | {"a":3}                 | {"\\u0061":3,"b":2}
            {"a":1,"b":2}               | {"\\u0061":null}        | {"b":2}
            {"a":1}                     | {"\\u0062":"\\ud800"}   | {"a":1,"\\u0062":"\\ud800"}
            {"a\\"b":1,"c":"}"}         | {"a\\"b":"{\\\\"}       | {"a\\"b":"{\\\\","c":"}"}
            {"a":{"b":1,"c":2},"d":1}   | {"a":{"b":null}}        | {"a":{"c":2},"d":1}
            {"a":{"b":1,"c":2},"d":1}   | {"a":{"e":{"f":null,"g":1}}} | {"a":{"b":1,"c":2,"e":{"g":1}},"d":1}
            {"a":{"b":{"c":{"d":1}}}}   | {"a":{"b":{"c":{"d":null}}}} | {"a":{"b":{"c":{}}}}
            {"a":[1,{"b":2}]}           | {"a":{"b":3}}           | {"a":{"b":3}}
            {"a":[{"b":2}]}             | {"a":[{"b":null}]}      | {"a":[{"b":null}]}
            {"a":1}                     | {"a":{"b":null,"c":{"d":null}}} | {"a":{"c":{}}}
            {"a":null}                  | {"a":{ "b" : 1 }}       | {"a":{ "b" : 1 }}
            {"a":{"b":1}}               | {"a":"x"}               | {"a":"x"}
            {"a":{"b":1},"a":{"c":2}}   | {"a":{"d":3}}           | {"a":{"c":2,"d":3}}
            {"a":{"b":1},"a":4}         | {"a":{"d":3}}           | {"a":{"d":3}}
            {"a":1,"b":2}               | {"a":3,"a":null}        | {"b":2}
            {"a":1,"b":2}               | {"a":null,"a":4}        | {"a":4,"b":2}
            {"a":1e400,"b":-0.0,"":[]}  | {"":null}               | {"a":1e400,"b":-0.0}
            {"e":null}                  | {"a":1}                 | {"e":null,"a":1}
            """)
    void theTextIsChangedWhereThePatchSaysAndNowhereElse(String document, String patch, String expected) {
        assertThat(MergePatch.read(patch).applyTo(document)).isEqualTo(expected);
    }

    @Test
    void whiteSpaceAroundTheDocumentAndWithinItStays() {
        String document = "\n{\n  \"a\": 1,\n  \"b\": {\n    \"c\": \"\\n\"\n  }\n}\n";
        assertThat(MergePatch.read("{\"b\":{\"d\":2}}").applyTo(document))
                .isEqualTo("\n{\n  \"a\": 1,\n  \"b\": {\n    \"c\": \"\\n\",\"d\":2\n  }\n}\n");
        assertThat(MergePatch.read("{\"a\":null}").applyTo(document))
                .isEqualTo("\n{\n  \"b\": {\n    \"c\": \"\\n\"\n  }\n}\n");
        assertThat(MergePatch.read("{\"b\":null}").applyTo(document)).isEqualTo("\n{\n  \"a\": 1\n}\n");
        assertThat(MergePatch.read("{}").applyTo(document)).isEqualTo(document);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "3", "null", "\"x\"", "", "{", "{\"a\":}", "{} {}"})
    void whatIsNoObjectIsRejected(String body) {
        assertThatThrownBy(() -> MergePatch.read(body)).isInstanceOf(ProblemException.class);
    }

    @Test
    void aMemberCanBeSetToNullAndMerged() {
        MergePatch patch = new MergePatch()
                .set("a", "{\"b\":null}")
                .merge("m", MergePatch.read("{\"x\":1,\"y\":null}").set("z", "null"));
        assertThat(patch.applyTo("{\"m\":{\"y\":0,\"w\":1}}"))
                .isEqualTo("{\"m\":{\"w\":1,\"x\":1,\"z\":null},\"a\":{\"b\":null}}");
        assertThat(patch.applyTo("{}")).isEqualTo("{\"a\":{\"b\":null},\"m\":{\"x\":1,\"z\":null}}");
    }

    @Test
    void longNamesAndStringsAndDeepNestingAreTaken() {
        String large = "x\\\"\\u00e4y".repeat(20_000);
        String document = "{\"" + large + "\":\"" + large + "\",\"b\":\"" + large + "\"}";
        assertThat(MergePatch.read("{\"b\":1}").applyTo(document))
                .isEqualTo("{\"" + large + "\":\"" + large + "\",\"b\":1}");
        assertThat(MergePatch.read("{\"" + large + "\":\"" + large + large + "\"}")
                        .applyTo(document))
                .isEqualTo("{\"" + large + "\":\"" + large + large + "\",\"b\":\"" + large + "\"}");
        String deep = "{\"a\":".repeat(900) + "{\"b\":1}" + "}".repeat(900);
        String nulls = "{\"a\":".repeat(900) + "{\"b\":null,\"c\":2}" + "}".repeat(900);
        String changed = "{\"a\":".repeat(900) + "{\"c\":2}" + "}".repeat(900);
        assertThat(MergePatch.read(nulls).applyTo(deep)).isEqualTo(changed);
        assertThat(MergePatch.read(nulls).applyTo("{}")).isEqualTo(changed);
    }

    /** A value in each of many repeated members would be a document far larger than both texts. */
    @Test
    void aRepeatedMemberIsReplacedOnce() {
        String document = "{" + "\"a\":{},".repeat(10_000) + "\"a\":{}}";
        String value = "\"" + "x".repeat(10_000) + "\"";
        assertThat(MergePatch.read("{\"a\":" + value + "}").applyTo(document)).isEqualTo("{\"a\":" + value + "}");
        assertThat(MergePatch.read("{\"a\":{\"b\":" + value + "}}").applyTo(document))
                .isEqualTo("{\"a\":{\"b\":" + value + "}}");
    }

    @Test
    void itDoesWhatTheRfcsAlgorithmDoesAndASecondTimeNothing() throws Exception {
        Random random = new Random(7396);
        for (int i = 0; i < 20_000; i++) {
            String document = object(random, 3);
            String patch = object(random, 3);
            String changed = MergePatch.read(patch).applyTo(document);
            assertThat(JSON.readTree(changed))
                    .as("%s patched by %s", document, patch)
                    .isEqualTo(merge(JSON.readTree(document), JSON.readTree(patch)));
            assertThat(MergePatch.read(patch).applyTo(changed)).isEqualTo(changed);
        }
    }

    /** RFC 7396, section 2. */
    private static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode result = target != null && target.isObject() ? target.deepCopy() : JSON.createObjectNode();
        patch.properties().forEach(member -> {
            if (member.getValue().isNull()) {
                result.remove(member.getKey());
            } else {
                result.set(member.getKey(), merge(result.get(member.getKey()), member.getValue()));
            }
        });
        return result;
    }

    private static String object(Random random, int depth) {
        StringBuilder json = new StringBuilder("{").append(space(random));
        int members = random.nextInt(5);
        for (int i = 0; i < members; i++) {
            String name = new String[] {"a", "b", "\\u0061", "c", "", "\\\"", "d"}[random.nextInt(7)];
            json.append(i == 0 ? "" : ",")
                    .append(space(random))
                    .append('"')
                    .append(name)
                    .append('"');
            json.append(space(random)).append(':').append(space(random));
            json.append(value(random, depth)).append(space(random));
        }
        return json.append('}').toString();
    }

    private static String value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0 -> "null";
            case 1 -> "1.50";
            case 2 -> "\"}\\\\\\u00e4,\"";
            case 3 -> "true";
            case 4 -> "[1,{\"a\":null} ]";
            default -> object(random, depth - 1);
        };
    }

    private static String space(Random random) {
        return new String[] {"", "", " ", "\n\t"}[random.nextInt(4)];
    }
}
