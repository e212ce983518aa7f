package dev.bobbin.console;

import static dev.bobbin.problem.ProblemType.FORBIDDEN;

import dev.bobbin.Mount;
import dev.bobbin.console.Sessions.Session;
import dev.bobbin.database.pool.DatabaseClient;
import dev.bobbin.http.FilterOrder;
import dev.bobbin.http.RequestBodyFilter;
import dev.bobbin.problem.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The console's pages, the session that they need, and what all of them have. Made only if there is a console. */
@Singleton
class ConsoleRoutes {

    static final Logger LOG = Logger.getLogger("dev.bobbin.console");

    private static final String COOKIE = "bobbin_console";
    private static final String SESSION = "bobbin.console.session";
    private static final String FORM_TOKEN = "form_token";

    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1])(:\\d+)?");

    /** A page: its template and what that shows, or where to go instead. */
    record Answer(String template, Map<String, ? extends @Nullable Object> values) {

        /** By another route. */
        static final Answer GIVEN = new Answer("", Map.of());

        static Answer seeOther(String location) {
            return new Answer("", Map.of("location", location));
        }
    }

    private final Sessions sessions;
    private final FailedSignIns failures = new FailedSignIns();
    private final Templates templates = new Templates();
    private final Assets assets = new Assets();
    private final Clock clock;
    private final RequestBodyFilter bodies;
    private final Day day;
    private final DayPage dayPage;
    private final OwnerPages owners;
    private final ThreadPages threads;

    ConsoleRoutes(
            ConsoleConfig config,
            Clock clock,
            DatabaseClient client,
            MeterRegistry registry,
            RequestBodyFilter bodies,
            OwnerPages owners,
            ThreadPages threads) {
        this.sessions = new Sessions(config.key().orElseThrow(), clock);
        this.clock = clock;
        this.bodies = bodies;
        this.owners = owners;
        this.threads = threads;
        this.day = new Day(
                clock,
                client.state().kind(),
                config.suspendAfter(),
                () -> (long) registry.find("bobbin.database.retries").counters().stream()
                        .mapToDouble(Counter::count)
                        .sum());
        this.dayPage = new DayPage(day, registry, config);
        client.onState(day::changed);
    }

    void register(Filters filters) {
        filters.register(this::measure, FilterOrder.OWNER + 1);
    }

    private void measure(RoutingContext http) {
        if (Mount.isCall(http.normalizedPath())) {
            long began = System.nanoTime();
            http.addEndHandler(ended ->
                    day.called(System.nanoTime() - began, http.response().getStatusCode() >= 500));
        }
        http.next();
    }

    void register(Router router) {
        Paths paths = new Paths(router);
        paths.get("/assets/:name").handler(assets::send);
        paths.get("/sign-in").handler(http -> show(http, "sign-in", Map.of("failed", false)));
        paths.post("/sign-in").handler(bodies::readForm).handler(this::signIn);
        get(paths, "", (http, session) -> Uni.createFrom().item(Answer.seeOther("/database")));
        get(paths, "/database", (http, session) -> Uni.createFrom().item(dayPage(http)));
        get(paths, "/owners", (http, session) -> owners.owners(http));
        get(paths, "/threads", (http, session) -> owners.threads(http));
        get(paths, "/thread", (http, session) -> threads.thread(http));
        get(paths, "/raw", (http, session) -> threads.raw(http));
        get(paths, "/export", threads::export);
        get(paths, "/delete", (http, session) -> threads.confirmDelete(http));
        post(paths, "/archive", threads::archive);
        post(paths, "/delete", threads::delete);
        post(paths, "/sign-out", this::signOut);
        paths.refuseOtherMethods();
    }

    private void get(Paths paths, String path, BiFunction<RoutingContext, Session, Uni<Answer>> page) {
        paths.get(path).handler(http -> {
            Session session = session(http);
            if (session == null && http.request().headers().contains("HX-Request")) {
                // a script would follow the redirect itself
                http.response()
                        .putHeader("HX-Redirect", Mount.CONSOLE + "/sign-in")
                        .end();
            } else if (session == null) {
                seeOther(http, "/sign-in");
            } else {
                answer(http, session, () -> page.apply(http, session));
            }
        });
    }

    /** A form, which needs the token of its session. */
    private void post(Paths paths, String path, Action action) {
        paths.post(path)
                .handler(http -> {
                    Session session = session(http);
                    if (session == null) {
                        // the rest of the form is not read
                        http.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                        seeOther(http, "/sign-in");
                    } else {
                        http.put(SESSION, session);
                        bodies.readForm(http);
                    }
                })
                .handler(http -> act(http, http.get(SESSION), action));
    }

    private void act(RoutingContext http, Session session, Action action) {
        answer(
                http,
                session,
                () -> RequestBodyFilter.ofAny(http, ConsoleRoutes::form, form -> {
                    if (!sessions.isFormToken(form.text(FORM_TOKEN), session)) {
                        throw FORBIDDEN.because(
                                "The form is of another session; go back, load the page again and repeat it");
                    }
                    return action.run(http, session, form);
                }));
    }

    /** What a form does. */
    interface Action {
        Uni<Answer> run(RoutingContext http, Session session, Parameters form);
    }

    private void answer(RoutingContext http, Session session, Supplier<Uni<? extends Answer>> work) {
        Uni.createFrom().deferred(work).subscribe().with(answer -> send(http, session, answer), failure -> {
            if (failure instanceof ProblemException problem) {
                http.response().setStatusCode(problem.type().status());
                send(http, session, new Answer("problem", Map.of("detail", problem.detail())));
            } else {
                http.fail(failure);
            }
        });
    }

    private void send(RoutingContext http, Session session, Answer answer) {
        if (answer == Answer.GIVEN) {
            return;
        }
        Object location = answer.values().get("location");
        if (location != null) {
            seeOther(http, location.toString());
            return;
        }
        Map<String, @Nullable Object> values = new HashMap<>(answer.values());
        values.put("formToken", sessions.formToken(session));
        show(http, answer.template(), values);
    }

    private void show(RoutingContext http, String template, Map<String, ? extends @Nullable Object> values) {
        Map<String, @Nullable Object> all = new HashMap<>(values);
        all.put("assets", assets.version());
        http.response().putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8");
        try {
            http.response().end(templates.render(template, all));
        } catch (RuntimeException defect) {
            http.fail(defect);
        }
    }

    private Answer dayPage(RoutingContext http) {
        Map<String, Object> values = dayPage.values(clock.millis());
        values.put("still", http.queryParams().contains("still"));
        return new Answer("database", values);
    }

    private @Nullable Session session(RoutingContext http) {
        Cookie cookie = http.request().getCookie(COOKIE);
        return cookie == null ? null : sessions.of(cookie.getValue());
    }

    private void signIn(RoutingContext http) {
        String address = http.request().remoteAddress().hostAddress();
        if (failures.areTooMany(address, clock.millis())) {
            http.response().setStatusCode(429).putHeader(HttpHeaders.RETRY_AFTER, "10");
            show(http, "problem", Map.of("detail", "Too many wrong keys; try again in a few seconds"));
            return;
        }
        RequestBodyFilter.<Parameters, Parameters>ofAny(
                        http, ConsoleRoutes::form, form -> Uni.createFrom().item(form))
                .subscribe()
                .with(form -> signIn(http, address, form.text("key").strip()), http::fail);
    }

    private void signIn(RoutingContext http, String address, String key) {
        if (sessions.isKey(key)) {
            Session session = sessions.open();
            LOG.infof("Console: session %s signed in from %s", session.id(), address);
            setCookie(http, sessions.cookie(session), Sessions.LENGTH.toSeconds());
            seeOther(http, "/database");
            return;
        }
        LOG.warnf("Console: wrong key from %s", address);
        http.vertx().setTimer(failures.add(address, clock.millis()), due -> {
            if (!http.response().closed()) {
                http.response().setStatusCode(403);
                show(http, "sign-in", Map.of("failed", true));
            }
        });
    }

    private Uni<Answer> signOut(RoutingContext http, Session session, Parameters form) {
        LOG.infof("Console: session %s signed out", session.id());
        setCookie(http, "", 0);
        return Uni.createFrom().item(Answer.seeOther("/sign-in"));
    }

    private static void setCookie(RoutingContext http, String value, long seconds) {
        String host = String.valueOf(http.request().getHeader(HttpHeaders.HOST));
        // a proxy may speak TLS; browsers accept a Secure cookie from a page without TLS nowhere else
        boolean plain = !http.request().isSSL() && LOOPBACK.matcher(host).matches();
        http.response()
                .addCookie(Cookie.cookie(COOKIE, value)
                        .setPath(Mount.CONSOLE)
                        .setHttpOnly(true)
                        .setSameSite(CookieSameSite.STRICT)
                        .setSecure(!plain)
                        .setMaxAge(seconds));
    }

    private static void seeOther(RoutingContext http, String page) {
        boolean read = http.request().method() != HttpMethod.POST;
        http.response()
                .setStatusCode(read ? 302 : 303)
                .putHeader(HttpHeaders.LOCATION, Mount.CONSOLE + page)
                .end();
    }

    private static Parameters form(String body) {
        MultiMap form = MultiMap.caseInsensitiveMultiMap();
        new QueryStringDecoder(body, false).parameters().forEach(form::add);
        return new Parameters(form);
    }
}
