package dev.bobbin.thread;

import dev.bobbin.support.RowSecurityProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Tag;

/** The same promises, with row-level security. */
@QuarkusTest
@TestProfile(RowSecurityProfile.class)
@Tag("postgres")
class ThreadActivityRowSecurityTest extends ThreadActivityTest {}
