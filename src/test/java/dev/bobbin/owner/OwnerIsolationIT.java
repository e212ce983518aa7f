package dev.bobbin.owner;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same promises, of the packaged application. */
@QuarkusIntegrationTest
class OwnerIsolationIT extends OwnerIsolationTest {}
