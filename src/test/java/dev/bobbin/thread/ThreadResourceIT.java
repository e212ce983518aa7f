package dev.bobbin.thread;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same promises, of the packaged application. */
@QuarkusIntegrationTest
class ThreadResourceIT extends ThreadResourceTest {}
