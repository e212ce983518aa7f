package dev.bobbin.support;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * The classes of the packaged application as a JVM maps them into memory (AppCDS), which halves the time that a start takes.
 * Made once for a build and a JDK, in {@code target}, by a process that serves two calls. Without an archive, or with one that
 * the JVM rejects, the application starts as usual.
 */
final class ClassArchive {

    private static final Logger LOG = Logger.getLogger(ClassArchive.class);

    private static final Path BUILT = Artifact.APPLICATION.resolve("quarkus/generated-bytecode.jar");
    private static final Path ARCHIVE = Artifact.APPLICATION.resolveSibling("classes-" + Runtime.version() + ".jsa");

    /** The JVM's own messages, such as that an archive does not fit, would be in the output that tests compare. */
    private static final String NO_MESSAGES = "-Xlog:disable";

    private static final int TERMINATED = 143;

    private static boolean tried;

    private ClassArchive() {}

    /** The JVM's arguments that use it; none if there is no archive. */
    static synchronized List<String> arguments() {
        try {
            if (!tried) {
                tried = true;
                makeUnlessAnotherJvmDoes();
            }
            return isCurrent() ? List.of("-XX:SharedArchiveFile=" + ARCHIVE, NO_MESSAGES) : List.of();
        } catch (Exception | AssertionError e) {
            LOG.warn("Processes start without an archive of their classes", e);
            return List.of();
        }
    }

    private static boolean isCurrent() throws IOException {
        return Files.exists(ARCHIVE)
                && Files.getLastModifiedTime(ARCHIVE).compareTo(Files.getLastModifiedTime(BUILT)) >= 0;
    }

    private static void makeUnlessAnotherJvmDoes() throws Exception {
        Path lockFile = ARCHIVE.resolveSibling("classes.lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null && !isCurrent()) {
                make();
            }
        }
    }

    private static void make() throws Exception {
        Path unfinished = ARCHIVE.resolveSibling(ARCHIVE.getFileName() + ".tmp");
        List<String> command = Artifact.java(List.of("-XX:ArchiveClassesAtExit=" + unfinished, NO_MESSAGES));
        try (BobbinProcess bobbin =
                BobbinProcess.of(command, BobbinProcess.open(TestDatabase.get().freshDatabase()))) {
            bobbin.awaitReady();
            bobbin.put("/v1/threads/thr_1", "{}");
            bobbin.get("/v1/threads");
            bobbin.terminate();
            // a JVM that was killed leaves a part, with which JDK 17 crashes
            if (bobbin.awaitExit() != TERMINATED) {
                throw new IllegalStateException(bobbin.output());
            }
            Files.move(unfinished, ARCHIVE, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }
}
