package dev.bobbin.database;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same promises, of the packaged application. */
@QuarkusIntegrationTest
class DatabaseTroubleIT extends DatabaseTroubleTest {}
