package dev.bobbin.support;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Map;

/** The application with row-level security. */
public class RowSecurityProfile implements QuarkusTestProfile {

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(RowSecurityEnvironment.class, Map.of()));
    }

    @Override
    public boolean disableGlobalTestResources() {
        return true;
    }
}
