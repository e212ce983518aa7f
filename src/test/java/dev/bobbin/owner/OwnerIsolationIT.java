package dev.bobbin.owner;

import io.quarkus.test.junit.QuarkusIntegrationTest;
import org.junit.jupiter.api.Tag;

/** The same promises, of the packaged application. */
@QuarkusIntegrationTest
@Tag("repeated")
class OwnerIsolationIT extends OwnerIsolationTest {}
