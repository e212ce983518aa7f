package dev.bobbin;

import dev.bobbin.command.SettingErrors;
import dev.bobbin.command.SettingNames;
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
import java.net.SocketException;
import java.net.UnknownHostException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Starts the service: says in one line why it does not start, and ends at once when it is told to end before it has
 * started. Quarkus lets a start go on that waits for a database, until that has answered.
 */
@Singleton
class ServiceStart {

    private static final int AFTER_EVERY_OTHER = Integer.MAX_VALUE;

    /** What the JVM ends with after SIGTERM. */
    private static final int TERMINATED = 143;

    /** Takes the shutdown hook back. */
    private static volatile @Nullable Runnable atEndOfStart;

    /** Returns when the service has ended, if at all: as a rule the process ends before. */
    static void run() {
        Thread hook = new Thread(ServiceStart::cancel, "start-cancelled");
        Runtime.getRuntime().addShutdownHook(hook);
        atEndOfStart = () -> Runtime.getRuntime().removeShutdownHook(hook);
        try {
            SettingNames.check();
        } catch (StartupException refused) {
            end(1, refused);
            return;
        }
        Quarkus.run(null, ServiceStart::end);
    }

    /** From here on Quarkus ends the service in order. */
    void onStarted(@Observes @Priority(AFTER_EVERY_OTHER) StartupEvent started) {
        isOver();
    }

    /**
     * Whatever the start waits for, it is not waited for any more. To the database it is as if the process had been killed, which
     * it has to get over anyway: what was not committed is undone.
     */
    private static void cancel() {
        System.err.println("Bobbin does not start: it was told to end while it was starting");
        System.err.flush();
        Runtime.getRuntime().halt(TERMINATED);
    }

    private static void isOver() {
        Runnable takeBack = atEndOfStart;
        atEndOfStart = null;
        if (takeBack != null) {
            try {
                takeBack.run();
            } catch (IllegalStateException alreadyTold) {
                // the hook ends the process
            }
        }
    }

    private static void end(int exitCode, @Nullable Throwable failure) {
        isOver();
        if (failure != null) {
            String reason = reason(ExceptionUtil.getRootCause(failure));
            if (reason != null) {
                System.err.println("Bobbin does not start: " + reason);
            } else {
                Logger.getLogger(ServiceStart.class).error("Bobbin does not start, by a fault of its own", failure);
            }
        }
        // in dev mode it waits for a change
        ApplicationLifecycleManager.getDefaultExitCodeHandler().accept(exitCode, failure);
    }

    private static @Nullable String reason(Throwable cause) {
        if (cause instanceof StartupException refused) {
            return refused.reason();
        }
        if (cause instanceof ConfigValidationException several) {
            return SettingErrors.of(several);
        }
        if (cause instanceof ConfigurationException wrong) {
            return SettingErrors.oneLine(wrong.getMessage());
        }
        if (cause instanceof QuarkusBindException taken && QuarkusBindException.isKnownHost(taken.getHost())) {
            return "port " + taken.getPort() + " is in use. Set QUARKUS_HTTP_PORT to another one, or end the process"
                    + " that listens there";
        }
        if (cause instanceof SocketException || cause instanceof UnknownHostException) {
            return "it cannot listen where QUARKUS_HTTP_HOST and QUARKUS_HTTP_PORT say: " + cause.getMessage();
        }
        return null;
    }
}
