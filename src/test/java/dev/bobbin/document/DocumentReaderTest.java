package dev.bobbin.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentReaderTest {

    /** With apostrophes for quotation marks; white space is not compared. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'items':1}; {}",
                "{'items':[1,{'a':2}] , 'id':'x'}; { 'id':'x'}",
                "{ 'id':'x' , 'items':{} }; { 'id':'x'  }",
                "{'a':1,'items':'b','c':2}; {'a':1,'c':2}",
                "{'items':1,'items':2}; {}",
                "{'items':1,'a':1,'items':2,'items':3,'b':2}; {'a':1,'b':2}",
                "{'a':1,'items':2,'items':',]}'}; {'a':1}",
                "{'a':{'items':1}}; {'a':{'items':1}}"
            })
    void itemsAreLeftOutWithOneComma(String sent, String kept) {
        String text = DocumentReader.read(Kind.THREAD, sent.replace('\'', '"')).text();
        assertThat(text.replaceAll("\\s", "")).isEqualTo(kept.replace('\'', '"').replaceAll("\\s", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{ \"a\" : [ 1, -2.5e3, {\"b\":null} ], \"c\":\"\\\\u0000 \\n \\u00e9\" }",
                "{\"\\ud83d\\ude00\":\"\\uD83D\\uDE00\",\"n\":1e9999}"
            })
    void metadataThatJsonbTakesIsUnchanged(String metadata) {
        assertThat(metadata(metadata)).isEqualTo(metadata);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '`',
            value = {
                "{\"a\":\"x\\u0000y\"} {\"a\":\"x\\ufffdy\"}",
                "{\"\\u0000\":\"\\\\\\u0000\"} {\"\\ufffd\":\"\\\\\\ufffd\"}",
                "{\"a\":\"\\ud83d\"} {\"a\":\"\\ufffd\"}",
                "{\"a\":\"\\ud83d\\ud83d\\ude00\"} {\"a\":\"\\ufffd\\ud83d\\ude00\"}",
                "{\"a\":\"\\ude00\\ud83dx\"} {\"a\":\"\\ufffd\\ufffdx\"}",
                "{\"a\":[1e10000,-1E99999],\"b\":1} {\"a\":[\"1e10000\",\"-1E99999\"],\"b\":1}"
            })
    void whatJsonbRefusesInMetadataIsReplaced(String metadata, String expected) {
        assertThat(metadata(metadata)).isEqualTo(expected);
    }

    private static String metadata(String metadata) {
        return DocumentReader.read(Kind.THREAD, "{\"metadata\": " + metadata + " ,\"x\":1}")
                .string("metadata");
    }

    /** Quadratic time would be an hour. */
    @ParameterizedTest
    @ValueSource(
            strings = {"\"items\":0,", "\"metadata\":{\"a\":1e99999},", "\"title\":\"\\u0000\",", "      \"items\":0,"})
    void aRepeatedMemberTakesLinearTime(String member) {
        String body = "{" + member.repeat(4_000_000 / member.length()) + "\"id\":\"x\"}";
        Assertions.assertTimeoutPreemptively(Duration.ofMinutes(2), () -> assertThat(
                        DocumentReader.read(Kind.THREAD, body).string("id"))
                .isEqualTo("x"));
        String inside = "{\"metadata\":{\"a\":[" + "1e99999,\"\\u0000\",".repeat(4_000_000 / 18) + "1]},\"id\":\"x\"}";
        Assertions.assertTimeoutPreemptively(Duration.ofMinutes(2), () -> assertThat(
                        DocumentReader.read(Kind.THREAD, inside).string("metadata"))
                .hasSizeGreaterThan(4_000_000));
    }
}
