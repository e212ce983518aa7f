package dev.bobbin.attachment;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same promises, of the packaged application. */
@QuarkusIntegrationTest
class AttachmentResourceIT extends AttachmentResourceTest {}
