package dev.bobbin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bobbin.neon.NeonSimulator;
import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.TestDatabase;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The packaged application with the settings of a pod, asked as the kubelet and Prometheus ask it. */
class ProbesIT {

    @Test
    void everyProbeOfTheManifestsIsAnsweredAndNoneReachesTheDatabase() throws Exception {
        String database = TestDatabase.get().freshDatabase();
        Manifests manifests = Manifests.of("variants");
        try (NeonSimulator neon = NeonSimulator.inFrontOf(database).start()) {
            Map<String, String> environment = environment(manifests, neon.url(true, database));
            try (BobbinProcess bobbin = BobbinProcess.start(environment, neon.jvmArguments())) {
                bobbin.awaitReady();
                List<String> paths = asked(manifests);
                assertThat(paths).hasSize(4);
                for (int time = 0; time < 20; time++) {
                    for (String path : paths) {
                        assertThat(bobbin.get(path).statusCode()).as(path).isEqualTo(200);
                    }
                }
                assertThat(neon.meters().accepts()).as("connections").isZero();
                assertThat(neon.meters().statements()).as("statements").isZero();

                bobbin.client()
                        .send(
                                bobbin.request("/v1/threads")
                                        .header("Authorization", "Bearer key")
                                        .header("Bobbin-User", "ann")
                                        .build(),
                                BodyHandlers.ofString());
                assertThat(neon.meters().accepts())
                        .as("connections, when somebody calls")
                        .isPositive();
                theAlertsAndTheDashboardAskForMetricsThatThereAre(
                        manifests, bobbin.get("/q/metrics").body());
            }
        }
    }

    private static void theAlertsAndTheDashboardAskForMetricsThatThereAre(Manifests manifests, String served)
            throws Exception {
        // those that are there once it has happened
        String documented = Files.readString(Path.of("docs", "sleep.md"));
        var expressions = manifests.one("PrometheusRule", "bobbin").findValuesAsText("expr");
        JsonNode dashboard = new ObjectMapper()
                .readTree(manifests
                        .one("ConfigMap", "grafana-dashboard-bobbin")
                        .at("/data/bobbin.json")
                        .asText());
        expressions.addAll(dashboard.findValuesAsText("expr"));
        var names = new TreeSet<String>();
        for (String expression : expressions) {
            var found = Pattern.compile("([a-z_]+)\\{").matcher(expression);
            while (found.find()) {
                names.add(found.group(1));
            }
        }
        assertThat(names).hasSizeGreaterThan(20).contains("up", "bobbin_tenant_calls_total");
        names.remove("up");
        assertThat(names)
                .allMatch(name -> Pattern.compile("(?m)^" + name + "\\{")
                                .matcher(served)
                                .find()
                        || Pattern.compile("(?m)^" + name + " ").matcher(served).find()
                        || documented.contains("`" + name + "`"));
        assertThat(served).containsPattern("http_server_requests_seconds_count\\{.*uri=\"/v1/threads\"");
    }

    private static List<String> asked(Manifests manifests) {
        List<String> paths = new ArrayList<>();
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            paths.add(manifests.server().at("/" + probe + "/httpGet/path").asText());
        }
        paths.add(manifests
                .one("ServiceMonitor", "bobbin")
                .at("/spec/endpoints/0/path")
                .asText());
        return paths;
    }

    /** What a pod gets: the ConfigMap, the variables of the container, and the Secret, here with values. */
    private static Map<String, String> environment(Manifests manifests, String url) {
        Map<String, String> secret = Map.of("DATABASE_URL", url, "BOBBIN_AUTH_API_KEYS", "acme=key");
        Map<String, String> environment = new HashMap<>();
        manifests
                .one("ConfigMap", "bobbin")
                .path("data")
                .properties()
                .forEach(setting ->
                        environment.put(setting.getKey(), setting.getValue().asText()));
        for (JsonNode variable : manifests.server().path("env")) {
            String name = variable.path("name").asText();
            environment.put(name, variable.has("value") ? variable.path("value").asText() : secret.get(name));
        }
        // nobody calls it any more when this test is over
        environment.put("QUARKUS_SHUTDOWN_DELAY", "0s");
        return environment;
    }
}
