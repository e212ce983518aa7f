package dev.bobbin.database.pool;

import org.junit.jupiter.api.Tag;

/** The same where each statement is a transaction of its own, which names its owner. */
@Tag("repeated")
class EveryDeathRowSecurityIT extends EveryDeathIT {

    @Override
    String rowSecurity() {
        return "prepare";
    }
}
