package dev.bobbin.http;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same promises, of the packaged application. */
@QuarkusIntegrationTest
class BadInputIT extends BadInputTest {}
