package dev.bobbin;

import dev.bobbin.command.Settings;
import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.util.ExceptionUtil;
import io.smallrye.config.ConfigValidationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Starts the service. Reports a failed start in one line, and ends at once when it is terminated while starting. */
@Singleton
class ServiceStart {

    private static final int AFTER_EVERY_OTHER = Integer.MAX_VALUE;

    /** The exit code of a JVM after SIGTERM. */
    private static final int TERMINATED = 143;

    private static volatile boolean starting;

    /** Returns when the service has ended, unless the process ends first. */
    static void run() {
        starting = true;
        // Quarkus would first wait for the database
        Runtime.getRuntime().addShutdownHook(new Thread(ServiceStart::cancel, "start-cancelled"));
        try {
            Settings.check();
            Quarkus.run(null, ServiceStart::end);
        } catch (StartupException misspelt) {
            end(1, misspelt);
        }
    }

    /** From here on Quarkus ends the service gracefully. */
    void onStarted(@Observes @Priority(AFTER_EVERY_OTHER) StartupEvent started) {
        starting = false;
    }

    /** To the database this is a killed process, whose uncommitted work it rolls back. */
    private static void cancel() {
        if (starting) {
            System.err.println("Bobbin does not start: it was terminated while starting");
            System.err.flush();
            Runtime.getRuntime().halt(TERMINATED);
        }
    }

    private static void end(int exitCode, @Nullable Throwable failure) {
        starting = false;
        if (failure != null) {
            String reason = reason(ExceptionUtil.getRootCause(failure));
            if (reason != null) {
                System.err.println("Bobbin does not start: " + reason);
            } else {
                Logger.getLogger(ServiceStart.class).error("Bobbin does not start, by a fault of its own", failure);
            }
        }
        // ends the process, or in dev mode waits for a change
        ApplicationLifecycleManager.getDefaultExitCodeHandler().accept(exitCode, failure);
    }

    private static @Nullable String reason(Throwable cause) {
        if (cause instanceof StartupException) {
            return cause.getMessage();
        }
        if (cause instanceof ConfigValidationException several) {
            return Settings.describe(several);
        }
        if (cause instanceof ConfigurationException) {
            return Settings.describe(cause.getMessage());
        }
        if (cause instanceof QuarkusBindException taken && QuarkusBindException.isKnownHost(taken.getHost())) {
            return inUse(taken.getPort());
        }
        // Quarkus does not recognize the epoll transport's failures, which have no type of their own
        String message = String.valueOf(cause.getMessage());
        boolean ofBind = cause instanceof IOException && message.startsWith("bind(");
        if (ofBind && message.endsWith("Address already in use")) {
            return inUse(ConfigProvider.getConfig().getValue("quarkus.http.port", Integer.class));
        }
        if (ofBind || cause instanceof SocketException || cause instanceof UnknownHostException) {
            return "it cannot listen where QUARKUS_HTTP_HOST and QUARKUS_HTTP_PORT say: " + message;
        }
        return null;
    }

    private static String inUse(int port) {
        return "port " + port
                + " is in use. Set QUARKUS_HTTP_PORT to another one, or end the process that listens there";
    }
}
