package dev.bobbin.page;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same promises, of the packaged application. */
@QuarkusIntegrationTest
class PagingIT extends PagingTest {}
