package dev.bobbin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no schema knows of the manifests: how they go together with the application, and with each other. */
class KubernetesTest {

    /** A migration has one connection to work on, and one that looks at it. */
    private static final int MIGRATION = 2;

    private static final String VERSION = "app.kubernetes.io/version";

    /** A name, whose registry may have a port, with a tag, a digest or both. */
    private static final Pattern IMAGE =
            Pattern.compile("[^:@]+(:\\d+/[^:@]+)?(:[^:@/]+|(:[^:@/]+)?@sha256:[0-9a-f]{64})");

    @ParameterizedTest
    @ValueSource(strings = {"neon", "local", "variants"})
    void theProbesAreThoseOfTheApplication(String overlay) throws Exception {
        Manifests manifests = Manifests.of(overlay);
        JsonNode server = manifests.server();
        assertThat(server.at("/ports/0/name").asText()).isEqualTo("http");
        assertThat(server.at("/ports/0/containerPort").asText()).isEqualTo(manifests.setting("quarkus.http.port"));
        Map.of("startup", "/q/health/started", "liveness", "/q/health/live", "readiness", "/q/health/ready")
                .forEach((probe, path) -> {
                    JsonNode asked = server.path(probe + "Probe");
                    assertThat(asked.at("/httpGet/path").asText()).as(probe).isEqualTo(path);
                    assertThat(asked.at("/httpGet/port").asText()).as(probe).isEqualTo("http");
                    assertThat(asked.path("timeoutSeconds").asInt()).as(probe).isPositive();
                    assertThat(asked.path("failureThreshold").asInt()).as(probe).isGreaterThan(1);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"neon", "local", "variants"})
    void aPodIsGivenTheTimeThatItsEndTakes(String overlay) throws Exception {
        Manifests manifests = Manifests.of(overlay);
        JsonNode deployment = manifests.one("Deployment", "bobbin");
        Duration pause = Duration.ofSeconds(
                manifests.server().at("/lifecycle/preStop/sleep/seconds").asInt());
        Duration delay = duration(manifests.setting("quarkus.shutdown.delay"));
        Duration timeout = duration(manifests.setting("quarkus.shutdown.timeout"));
        assertThat(pause).isPositive();
        assertThat(delay).isPositive();
        assertThat(Duration.ofSeconds(deployment
                        .at("/spec/template/spec/terminationGracePeriodSeconds")
                        .asInt()))
                .as("grace")
                .isGreaterThanOrEqualTo(pause.plus(delay).plus(timeout).plusSeconds(5));
        assertThat(timeout)
                .as("as long as a call may wait for a connection and for its statement")
                .isGreaterThanOrEqualTo(duration(manifests.setting("bobbin.pool.acquire-timeout"))
                        .plus(duration(manifests.setting("bobbin.pool.statement-timeout"))));
        assertThat(deployment.at("/spec/strategy/rollingUpdate/maxUnavailable").asInt(-1))
                .isZero();
        assertThat(deployment.at("/spec/minReadySeconds").asInt()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"neon", "local"})
    void theConnectionsOfARollOutAreFewerThanTheDatabaseTakes(String overlay) throws Exception {
        Manifests manifests = Manifests.of(overlay);
        JsonNode deployment = manifests.one("Deployment", "bobbin");
        List<JsonNode> autoscalers = manifests.all("HorizontalPodAutoscaler");
        int pods = autoscalers.isEmpty()
                ? deployment.at("/spec/replicas").asInt(1)
                : autoscalers.get(0).at("/spec/maxReplicas").asInt();
        int surge = deployment.at("/spec/strategy/rollingUpdate/maxSurge").asInt(-1);
        int size = Integer.parseInt(manifests.setting("bobbin.pool.max-size"));
        int limit = deployment
                .at("/metadata/annotations/bobbin.dev~1database-connection-limit")
                .asInt();
        assertThat(pods).isPositive();
        assertThat(surge).isEqualTo(1);
        int sum = (2 * pods + surge) * size + MIGRATION;
        assertThat(sum).isLessThan(limit);
        assertThat(Files.readString(Manifests.SOURCES.resolve("overlays/" + overlay + "/kustomization.yaml")))
                .as("the comment does the same sum")
                .contains("(2 x %d + %d) x %d + %d = %d".formatted(pods, surge, size, MIGRATION, sum));
    }

    @ParameterizedTest
    @ValueSource(strings = {"neon", "local", "variants"})
    void theSchemaIsMigratedOnceAndNotByThePodsThatServe(String overlay) throws Exception {
        Manifests manifests = Manifests.of(overlay);
        assertThat(manifests.server().path("env")).anySatisfy(variable -> {
            assertThat(variable.path("name").asText()).isEqualTo("BOBBIN_MIGRATE_AT_START");
            assertThat(variable.path("value").asText()).isEqualTo("false");
        });
        assertThat(manifests.migrations()).hasSize(1);
        JsonNode migration = manifests.migrations().get(0);
        assertThat(Manifests.texts(migration.path("args"))).containsExactly("db", "migrate");
        assertThat(migration.has("command"))
                .as("the image's entry point is kept")
                .isFalse();
        assertThat(migration.path("image")).isEqualTo(manifests.server().path("image"));
        assertThat(migration.path("envFrom")).isEqualTo(manifests.server().path("envFrom"));
        assertThat(Manifests.secrets(List.of(migration))).containsOnlyKeys("DATABASE_URL", "DATABASE_DIRECT_URL");
    }

    @Test
    void theJobIsAnotherOneForEachReleaseAndGivesUpWhereAnotherTryIsNoUse() throws Exception {
        Manifests neon = Manifests.of("neon");
        JsonNode job = neon.one("Job", "bobbin-migrate");
        String version = job.at("/metadata/labels").path(VERSION).asText();
        assertThat(job.at("/metadata/name").asText())
                .isEqualTo("bobbin-migrate-" + version)
                .matches("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
        neon.podTemplates().forEach((owner, pod) -> {
            assertThat(pod.at("/metadata/labels").path(VERSION).asText())
                    .as(owner)
                    .isEqualTo(version);
            for (JsonNode container : Manifests.containers(pod)) {
                assertThat(container.path("image").asText())
                        .as("newTag of the overlay, and its label")
                        .endsWith(":" + version);
            }
        });
        assertThat(job.at("/spec/ttlSecondsAfterFinished").asInt()).isPositive();
        assertThat(job.at("/spec/backoffLimit").asInt()).isPositive();
        assertThat(job.at("/spec/template/spec/restartPolicy").asText()).isEqualTo("Never");
        JsonNode rule = job.at("/spec/podFailurePolicy/rules/0");
        assertThat(rule.path("action").asText()).isEqualTo("FailJob");
        assertThat(Manifests.texts(rule.at("/onExitCodes/values"))).containsExactly("1", "2");
        assertThat(rule.at("/onExitCodes/containerName").asText()).isEqualTo("migrate");
    }

    @Test
    void oldThreadsAreDeletedOnlyWhereThatIsAskedForAndBySettingsThatThereAre() throws Exception {
        assertThat(Manifests.of("neon").all("CronJob")).isEmpty();
        Manifests manifests = Manifests.of("variants");
        JsonNode cron = manifests.one("CronJob", "bobbin-prune").path("spec");
        assertThat(cron.path("concurrencyPolicy").asText()).isEqualTo("Forbid");
        JsonNode job = cron.at("/jobTemplate/spec");
        JsonNode prune = job.at("/template/spec/containers/0");
        assertThat(Manifests.texts(prune.path("args"))).startsWith("db", "prune");
        assertThat(prune.path("envFrom")).isEqualTo(manifests.server().path("envFrom"));
        assertThat(Manifests.secrets(List.of(prune))).containsOnlyKeys("DATABASE_URL", "DATABASE_DIRECT_URL");
        assertThat(job.at("/podFailurePolicy/rules/0/onExitCodes/containerName"))
                .isEqualTo(prune.path("name"));
        assertThat(manifests.setting("bobbin.retention.older-than")).matches("\\d+d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"neon", "local", "variants"})
    void callsGoToThePodsThatServeAndToNoOthers(String overlay) throws Exception {
        Manifests manifests = Manifests.of(overlay);
        JsonNode service = manifests.one("Service", "bobbin");
        assertThat(service.at("/spec/ports/0/targetPort").asText()).isEqualTo("http");
        Map<String, JsonNode> selectors = new HashMap<>();
        selectors.put("Service", service.at("/spec/selector"));
        selectors.put(
                "PodDisruptionBudget",
                manifests.one("PodDisruptionBudget", "bobbin").at("/spec/selector/matchLabels"));
        selectors.put("Deployment", manifests.one("Deployment", "bobbin").at("/spec/selector/matchLabels"));
        manifests.podTemplates().forEach((owner, pod) -> {
            for (var selector : selectors.entrySet()) {
                assertThat(matches(selector.getValue(), pod))
                        .as(selector.getKey() + " selects the pods of " + owner)
                        .isEqualTo(owner.equals("Deployment bobbin"));
            }
        });
        for (JsonNode autoscaler : manifests.all("HorizontalPodAutoscaler")) {
            assertThat(autoscaler.at("/spec/scaleTargetRef/name").asText()).isEqualTo("bobbin");
            assertThat(manifests.one("Deployment", "bobbin").at("/spec").has("replicas"))
                    .as("replicas, which the autoscaler sets")
                    .isFalse();
        }
    }

    @Test
    void prometheusFindsThePodsAndItsRulesKnowThePoolsSize() throws Exception {
        Manifests manifests = Manifests.of("variants");
        JsonNode monitor = manifests.one("ServiceMonitor", "bobbin");
        JsonNode service = manifests.one("Service", "bobbin");
        assertThat(monitor.at("/spec/endpoints/0/port")).isEqualTo(service.at("/spec/ports/0/name"));
        monitor.at("/spec/selector/matchLabels").properties().forEach(label -> assertThat(
                        service.at("/metadata/labels").path(label.getKey()))
                .isEqualTo(label.getValue()));
        assertThat(service.at("/metadata/labels/app.kubernetes.io~1name").asText())
                .as("the label job of its series")
                .isEqualTo("bobbin");
        String expressions = manifests
                .one("PrometheusRule", "bobbin")
                .findValuesAsText("expr")
                .toString();
        assertThat(expressions)
                .contains("state=\"used\"} >= " + manifests.setting("bobbin.pool.max-size"))
                .doesNotContain("asleep");
    }

    @ParameterizedTest
    @ValueSource(strings = {"neon", "local", "variants"})
    void everyImageIsOneThatStays(String overlay) throws Exception {
        for (JsonNode pod : Manifests.of(overlay).podTemplates().values()) {
            assertThat(Manifests.containers(pod))
                    .extracting(container -> container.path("image").asText())
                    .allSatisfy(image -> assertThat(image).matches(IMAGE).doesNotContainPattern(":latest(@|$)"));
        }
    }

    private static boolean matches(JsonNode selector, JsonNode pod) {
        return !selector.isEmpty()
                && selector.properties().stream().allMatch(label -> label.getValue()
                        .equals(pod.at("/metadata/labels").path(label.getKey())));
    }

    private static Duration duration(String text) {
        return Duration.parse("PT" + text);
    }
}
