package dev.bobbin.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Commands of the packaged application, as an operator types them. Whatever they print, no password is in it. */
public final class BobbinCommand {

    /** The one that databases of these tests are reached by. */
    public static final String PASSWORD = "s3cret";

    private final Map<String, String> environment = new HashMap<>();
    private final List<String> jvmArguments = new ArrayList<>();

    private BobbinCommand(Map<String, String> environment) {
        this.environment.putAll(environment);
    }

    /** Commands on a database. */
    public static BobbinCommand on(String databaseUrl) {
        return with(Map.of("DATABASE_URL", databaseUrl));
    }

    /** Commands in an environment with these variables, and no others that Bobbin knows. */
    public static BobbinCommand with(Map<String, String> environment) {
        return new BobbinCommand(environment);
    }

    public BobbinCommand and(String variable, String value) {
        BobbinCommand other = new BobbinCommand(environment);
        other.jvmArguments.addAll(jvmArguments);
        other.environment.put(variable, value);
        return other;
    }

    public BobbinCommand jvm(List<String> arguments) {
        BobbinCommand other = new BobbinCommand(environment);
        other.jvmArguments.addAll(arguments);
        return other;
    }

    /** What came of one. */
    public record Result(int exitCode, String out, String err) {

        /** The document that it printed, and nothing besides. */
        public JsonObject json() {
            JsonObject document = new JsonObject(out);
            assertThat(document.getInteger("exit_code")).isEqualTo(exitCode);
            return document;
        }

        public Result exits(int code) {
            assertThat(exitCode).as(out + err).isEqualTo(code);
            return this;
        }
    }

    /** Runs it, in a directory of its own, and waits for its end. */
    public Result run(String... arguments) {
        try {
            return run(Files.createTempDirectory("bobbin-command"), arguments);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs it in a directory, which is deleted with the files in it. */
    public Result run(Path directory, String... arguments) {
        try {
            Path out = Files.createTempFile("bobbin", ".out");
            Path err = Files.createTempFile("bobbin", ".err");
            List<String> command = Artifact.command(jvmArguments);
            command.addAll(List.of(arguments));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment()
                    .keySet()
                    .removeIf(name ->
                            name.startsWith("BOBBIN_") || name.startsWith("QUARKUS_") || name.startsWith("DATABASE_"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(3, TimeUnit.MINUTES)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("still running: " + Files.readString(err));
            }
            Result result = new Result(process.exitValue(), Files.readString(out), Files.readString(err));
            for (Path file : new Path[] {out, err}) {
                Files.delete(file);
            }
            try (var left = Files.list(directory)) {
                left.forEach(file -> file.toFile().delete());
            }
            Files.delete(directory);
            assertThat(result.out + result.err).doesNotContain(PASSWORD);
            return result;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
