package dev.bobbin.database.migration;

import dev.bobbin.ops.StartRefused;
import dev.bobbin.owner.Owner;
import dev.bobbin.problem.ProblemException;

/** Who gets the rows of tables that were there before owners were: {@code bobbin.owner.adopt-as}. */
final class Adopter {

    private Adopter() {}

    /**
     * @throws StartRefused when it is not {@code tenant/user}
     */
    static Owner of(String adoptAs) {
        int slash = adoptAs.indexOf('/');
        try {
            if (slash > 0) {
                return new Owner(
                        adoptAs.substring(0, slash).strip(),
                        adoptAs.substring(slash + 1).strip());
            }
        } catch (ProblemException tooLongOrStrange) {
            // said below, in the operator's words
        }
        throw new StartRefused("bobbin.owner.adopt-as (BOBBIN_OWNER_ADOPT_AS) is '" + adoptAs
                + "'; set it to tenant/user, such as local/local, who gets the rows that were there before");
    }
}
