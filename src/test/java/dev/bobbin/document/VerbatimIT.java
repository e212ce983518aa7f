package dev.bobbin.document;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same promises, of the packaged application. */
@QuarkusIntegrationTest
class VerbatimIT extends VerbatimTest {}
