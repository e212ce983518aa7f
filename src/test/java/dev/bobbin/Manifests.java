package dev.bobbin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The Kubernetes objects of one overlay as kustomize renders them. {@code k8s/validate.sh} writes the files that are read
 * here, and fails when they are not what is rendered now.
 */
record Manifests(String overlay, List<JsonNode> objects) {

    static final Path SOURCES = Path.of("k8s");

    static Manifests of(String overlay) throws Exception {
        YAMLMapper yaml = new YAMLMapper();
        Path rendered = Path.of("src", "test", "resources", "k8s", overlay + ".yaml");
        try (var documents = yaml.readerFor(JsonNode.class).<JsonNode>readValues(rendered.toFile())) {
            return new Manifests(overlay, documents.readAll());
        }
    }

    List<JsonNode> all(String kind) {
        return objects.stream()
                .filter(it -> it.path("kind").asText().equals(kind))
                .toList();
    }

    /** The one of this kind whose name begins so: generated names end in a hash. */
    JsonNode one(String kind, String name) {
        List<JsonNode> found = all(kind).stream()
                .filter(it -> it.at("/metadata/name").asText().startsWith(name))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(overlay + " has " + found.size() + " of " + kind + " " + name);
        }
        return found.get(0);
    }

    /** What pods are made of, by the kind and name of its object. */
    Map<String, JsonNode> podTemplates() {
        Map<String, JsonNode> templates = new HashMap<>();
        for (JsonNode object : objects) {
            JsonNode template = object.at(
                    (object.path("kind").asText().equals("CronJob") ? "/spec/jobTemplate" : "") + "/spec/template");
            if (template.has("spec")) {
                templates.put(
                        object.path("kind").asText() + " "
                                + object.at("/metadata/name").asText(),
                        template);
            }
        }
        return templates;
    }

    static List<JsonNode> containers(JsonNode podTemplate) {
        return Stream.of("initContainers", "containers")
                .flatMap(which -> elements(podTemplate.at("/spec/" + which)))
                .toList();
    }

    JsonNode server() {
        return one("Deployment", "bobbin").at("/spec/template/spec/containers/0");
    }

    /** The containers that run {@code db migrate}: of the Job, or of the Deployment before it starts. */
    List<JsonNode> migrations() {
        return podTemplates().values().stream()
                .flatMap(pod -> containers(pod).stream())
                .filter(container -> container.path("name").asText().equals("migrate"))
                .toList();
    }

    /** What a setting is in the pods: as the ConfigMap has it, or else the application. */
    String setting(String key) throws Exception {
        JsonNode given = one("ConfigMap", "bobbin").at("/data/" + environment(key));
        if (!given.isMissingNode()) {
            return given.asText();
        }
        Properties shipped = new Properties();
        try (var in = Files.newInputStream(Path.of("src", "main", "resources", "application.properties"))) {
            shipped.load(in);
        }
        return shipped.getProperty(key, examples(Path.of(".env.example")).get(environment(key)));
    }

    private static String environment(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    /** The keys of an {@code .env} file with their values, also those that are commented out. */
    static Map<String, String> examples(Path file) throws Exception {
        Map<String, String> keys = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            if (line.matches("#?[A-Z][A-Z_]*=.*")) {
                String[] parts = line.replaceFirst("^#", "").split("=", 2);
                keys.put(parts[0], parts[1]);
            }
        }
        return keys;
    }

    /** The keys of Secrets that these containers get, by the name of the variable. */
    static Map<String, String> secrets(List<JsonNode> containers) {
        Map<String, String> keys = new HashMap<>();
        for (JsonNode container : containers) {
            elements(container.path("env"))
                    .filter(variable -> variable.at("/valueFrom/secretKeyRef").isObject())
                    .forEach(variable -> keys.put(
                            variable.path("name").asText(),
                            variable.at("/valueFrom/secretKeyRef/key").asText()));
        }
        return keys;
    }

    static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
