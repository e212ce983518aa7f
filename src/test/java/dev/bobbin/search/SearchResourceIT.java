package dev.bobbin.search;

import io.quarkus.test.junit.QuarkusIntegrationTest;
import org.junit.jupiter.api.Tag;

/** The same promises, of the packaged application. */
@QuarkusIntegrationTest
@Tag("repeated")
class SearchResourceIT extends SearchResourceTest {}
