package dev.bobbin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the pods get to know, and who reaches whom. What Pod Security's level "restricted" asks for is checked by its own
 * library: {@code k8s/checks}.
 */
class KubernetesSecurityTest {

    /** Those of the application's settings that nobody else is to see. */
    private static final Set<String> SECRETS = Set.of("DATABASE_URL", "DATABASE_DIRECT_URL", "BOBBIN_AUTH_API_KEYS");

    private static final List<String> OVERLAYS = List.of("neon", "local");

    @ParameterizedTest
    @ValueSource(strings = {"neon", "local", "variants"})
    void everyContainerHasMoreLimitsThanPodSecurityAsksFor(String overlay) throws Exception {
        Map<String, JsonNode> pods = Manifests.of(overlay).podTemplates();
        assertThat(pods).isNotEmpty();
        pods.forEach((owner, pod) -> {
            JsonNode spec = pod.path("spec");
            assertThat(spec.at("/securityContext/runAsUser").asInt()).as(owner).isPositive();
            assertThat(spec.path("automountServiceAccountToken").asBoolean(true))
                    .as(owner)
                    .isFalse();
            assertThat(spec.has("shareProcessNamespace")).as(owner).isFalse();
            Set<String> scratch = Manifests.elements(spec.path("volumes"))
                    .filter(volume -> volume.has("emptyDir"))
                    .map(volume -> volume.path("name").asText())
                    .collect(Collectors.toSet());
            for (JsonNode container : Manifests.containers(pod)) {
                restricted(owner + " " + container.path("name").asText(), container, scratch);
            }
        });
    }

    private static void restricted(String name, JsonNode container, Set<String> scratch) {
        JsonNode context = container.path("securityContext");
        assertThat(context.path("readOnlyRootFilesystem").asBoolean()).as(name).isTrue();
        assertThat(context.has("runAsUser")).as(name + " has its own user").isFalse();
        assertThat(container.path("volumeMounts"))
                .as(name)
                .anyMatch(mount -> mount.path("mountPath").asText().equals("/tmp")
                        && scratch.contains(mount.path("name").asText()));
        for (String what : List.of("cpu", "memory")) {
            assertThat(container.at("/resources/requests/" + what).isTextual())
                    .as(name)
                    .isTrue();
            assertThat(container.at("/resources/limits/" + what).isTextual())
                    .as(name)
                    .isTrue();
        }
        if (!name.contains("postgres")) {
            assertThat(container.at("/resources/limits/memory").asText())
                    .as(name)
                    .isEqualTo("256Mi");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"neon", "local", "variants"})
    void thePodsHaveAnAccountOfTheirOwnWithoutAToken(String overlay) throws Exception {
        Manifests manifests = Manifests.of(overlay);
        manifests.podTemplates().forEach((owner, pod) -> {
            JsonNode account = manifests.one(
                    "ServiceAccount", pod.at("/spec/serviceAccountName").asText("none"));
            assertThat(account.path("automountServiceAccountToken").asBoolean(true))
                    .as(owner)
                    .isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"neon", "local", "variants"})
    void theSecretHasWhatTheContainersReadAndNothingElse(String overlay) throws Exception {
        Manifests manifests = Manifests.of(overlay);
        assertThat(Manifests.secrets(List.of(manifests.server())))
                .as("what faces the network does not get the URL that changes tables")
                .containsOnlyKeys("DATABASE_URL", "BOBBIN_AUTH_API_KEYS");
        List<JsonNode> containers = manifests.podTemplates().values().stream()
                .flatMap(pod -> Manifests.containers(pod).stream())
                .toList();
        Map<String, String> read = Manifests.secrets(containers);
        assertThat(read).allSatisfy((variable, key) -> assertThat(key).isEqualTo(variable));
        Set<String> bobbins = new HashSet<>(read.keySet());
        bobbins.remove("POSTGRES_PASSWORD");
        assertThat(bobbins).isEqualTo(SECRETS);
        Set<String> given = overlay.equals("variants")
                ? Manifests.elements(manifests.one("ExternalSecret", "bobbin").at("/spec/data"))
                        .map(entry -> entry.path("secretKey").asText())
                        .collect(Collectors.toSet())
                : Manifests.examples(Manifests.SOURCES.resolve("overlays/" + overlay + "/.env.example"))
                        .keySet();
        assertThat(given).isEqualTo(read.keySet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"neon", "local", "variants"})
    void theConfigMapHasSettingsThatThereAreAndNoSecret(String overlay) throws Exception {
        Set<String> known = Manifests.examples(Path.of(".env.example")).keySet();
        assertThat(known).containsAll(SECRETS);
        List<String> keys = Manifests.of(overlay).one("ConfigMap", "bobbin").path("data").properties().stream()
                .map(Map.Entry::getKey)
                .toList();
        assertThat(keys).isSubsetOf(known).doesNotContainAnyElementsOf(SECRETS).contains("BOBBIN_POOL_MAX_SIZE");
        assertThat(keys).as("only a cluster on one machine").satisfies(it -> assertThat(
                        it.contains("BOBBIN_DATABASE_ALLOW_PLAINTEXT"))
                .isEqualTo(overlay.equals("local")));
    }

    @Test
    void everySettingHasItsReason() throws Exception {
        List<String> lines = Files.readAllLines(Manifests.SOURCES.resolve("base/bobbin.env"));
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).matches("[A-Z_]+=.*")) {
                assertThat(lines.get(i - 1)).as("above " + lines.get(i)).matches("# \\S.{20,}");
            }
        }
    }

    @Test
    void noSecretIsInTheRepository() throws Exception {
        assertThat(Files.readAllLines(Path.of(".gitignore"))).contains(".env");
        for (String overlay : OVERLAYS) {
            Manifests.of(overlay).one("Secret", "bobbin").path("data").forEach(value -> assertThat(
                            Base64.getDecoder().decode(value.asText()))
                    .asString()
                    .isEqualTo("example"));
        }
        Pattern password = Pattern.compile("postgres(?:ql)?://[^\\s:/]+:([^\\s@]+)@");
        try (Stream<Path> files = Files.walk(Manifests.SOURCES)) {
            List<Path> texts = files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().equals(".env"))
                    .toList();
            assertThat(texts).hasSizeGreaterThan(20);
            for (Path file : texts) {
                String text = Files.readString(file);
                Matcher found = password.matcher(text);
                while (found.find()) {
                    assertThat(found.group(1)).as(file.toString()).isIn("PASSWORD", "local");
                }
                assertThat(text).as(file.toString()).doesNotContainPattern("sha256:[0-9a-f]{64}");
                assertThat(text).as(file.toString()).doesNotContainPattern("(?m)^kind: Secret$");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"neon", "local", "variants"})
    void clientsAndPrometheusComeInAndDnsAndPostgresAreReached(String overlay) throws Exception {
        Manifests manifests = Manifests.of(overlay);
        JsonNode policy = manifests.one("NetworkPolicy", "bobbin").path("spec");
        assertThat(Manifests.texts(policy.path("policyTypes"))).containsExactlyInAnyOrder("Ingress", "Egress");
        assertThat(policy.path("ingress")).hasSize(1);
        assertThat(ports(policy.path("ingress"))).containsExactly("TCP 8080");
        assertThat(policy.at("/ingress/0/from/0/podSelector/matchLabels/bobbin-client")
                        .asText())
                .isEqualTo("true");
        assertThat(policy.at("/ingress/0/from/1/namespaceSelector/matchLabels/kubernetes.io~1metadata.name")
                        .asText())
                .isEqualTo("monitoring");
        assertThat(policy.at("/ingress/0/from")).hasSize(2);
        assertThat(ports(policy.path("egress"))).containsExactlyInAnyOrder("UDP 53", "TCP 53", "TCP 5432");
        assertThat(policy.path("egress"))
                .as("neither the DNS nor the database has a label or an address that every cluster gives it")
                .noneMatch(rule -> rule.has("to"));
        JsonNode selected = policy.at("/podSelector/matchLabels");
        assertThat(selected).hasSize(1);
        manifests.podTemplates().forEach((owner, pod) -> assertThat(pod.at("/metadata/labels/app.kubernetes.io~1name"))
                .as(owner)
                .satisfies(name -> assertThat(name.equals(selected.path("app.kubernetes.io/name")))
                        .isEqualTo(owner.contains("bobbin"))));
    }

    @Test
    void theExampleNamespaceEnforcesTheSameLevel() throws Exception {
        assertThat(Manifests.of("local")
                        .one("Namespace", "bobbin-local")
                        .at("/metadata/labels/pod-security.kubernetes.io~1enforce")
                        .asText())
                .isEqualTo("restricted");
    }

    private static List<String> ports(JsonNode rules) {
        return Manifests.elements(rules)
                .flatMap(rule -> Manifests.elements(rule.path("ports")))
                .map(port ->
                        port.path("protocol").asText() + " " + port.path("port").asText())
                .toList();
    }
}
