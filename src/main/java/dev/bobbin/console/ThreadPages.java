package dev.bobbin.console;

import static dev.bobbin.problem.ProblemType.COUNT_CHANGED;
import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.attachment.AttachmentStore;
import dev.bobbin.console.ConsoleRoutes.Answer;
import dev.bobbin.console.Rows.AttachmentRow;
import dev.bobbin.console.Rows.ThreadView;
import dev.bobbin.console.Sessions.Session;
import dev.bobbin.document.JsonValue;
import dev.bobbin.owner.AuthConfig;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.Order;
import dev.bobbin.page.PageRequest;
import dev.bobbin.thread.ThreadFilter;
import dev.bobbin.thread.ThreadListStore;
import dev.bobbin.thread.ThreadStateStore;
import dev.bobbin.thread.ThreadStore;
import dev.bobbin.transfer.OwnerStore;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A thread as a person reads it, the stored documents, and what can be done with threads. */
@Singleton
class ThreadPages {

    private static final String EVERYTHING = "everything";
    private static final String ITEMS = "30";

    private final WakeGate gate;
    private final AuthConfig auth;
    private final ThreadListStore lists;
    private final ThreadStore threads;
    private final ThreadStateStore states;
    private final TranscriptStore transcripts;
    private final AttachmentStore attachments;
    private final OwnerStore everything;

    ThreadPages(
            WakeGate gate,
            AuthConfig auth,
            ThreadListStore lists,
            ThreadStore threads,
            ThreadStateStore states,
            TranscriptStore transcripts,
            AttachmentStore attachments,
            OwnerStore everything) {
        this.gate = gate;
        this.auth = auth;
        this.lists = lists;
        this.threads = threads;
        this.states = states;
        this.transcripts = transcripts;
        this.attachments = attachments;
        this.everything = everything;
    }

    Uni<Answer> thread(RoutingContext http) {
        Parameters sent = new Parameters(http.queryParams());
        Owner owner = sent.owner();
        String id = sent.thread();
        PageRequest page = sent.page(ITEMS, "created_at", "asc");
        PageRequest files = PageRequest.of("100", null, "asc");
        return gate.pass(http, sent, () -> Uni.combine()
                .all()
                .unis(
                        states.load(owner, id),
                        threads.load(owner, id, OwnerPages.SMALL),
                        transcripts.page(owner, id, page),
                        attachments.list(owner, id, files, OwnerPages.SMALL))
                .asTuple()
                .map(found -> {
                    Map<String, @Nullable Object> values = sent.shown();
                    values.put("thread", ThreadView.of(id, found.getItem2(), JsonValue.read(found.getItem1())));
                    JsonValue json = Rows.read(found.getItem3());
                    List<TranscriptItem> items = new ArrayList<>();
                    json.member("data").forEach(item -> items.add(TranscriptItem.of(item)));
                    values.put("items", items);
                    Links.pages(json, sent, values);
                    List<AttachmentRow> rows = new ArrayList<>();
                    if (found.getItem4().isComplete()) {
                        Rows.read(found.getItem4()).member("data").forEach(file -> rows.add(AttachmentRow.of(file)));
                    }
                    values.put("files", rows);
                    values.put("oldestFirst", page.order() == Order.ASC);
                    values.put("threadQuery", Links.of(owner) + "&thread=" + Links.encode(id));
                    String call = Links.call("/v1/threads/%s/items?order=asc&limit=100", id);
                    values.put("curl", Links.curl(http, auth, owner, call));
                    return new Answer("thread", values);
                }));
    }

    /** The stored document: the API's own answer to a call of the owner's. */
    Uni<Answer> raw(RoutingContext http) {
        Parameters sent = new Parameters(http.queryParams());
        String call = sent.has("attachment")
                ? Links.call("/v1/attachments/%s", sent.text("attachment"))
                : sent.has("item")
                        ? Links.call("/v1/threads/%s/items/%s", sent.thread(), sent.text("item"))
                        : Links.call("/v1/threads/%s", sent.thread());
        Owner owner = sent.owner();
        return gate.pass(http, sent, () -> reroute(http, owner, call));
    }

    /** All that the owner has: the API's own answer, too. */
    Uni<Answer> export(RoutingContext http, Session session) {
        Parameters sent = new Parameters(http.queryParams());
        Owner owner = sent.owner();
        return gate.pass(http, sent, () -> {
            log(session, http, owner, "exports everything");
            return reroute(http, owner, "/v1/export");
        });
    }

    private static Uni<Answer> reroute(RoutingContext http, Owner owner, String call) {
        owner.call(http);
        http.reroute(call);
        return Uni.createFrom().item(Answer.GIVEN);
    }

    Uni<Answer> archive(RoutingContext http, Session session, Parameters form) {
        Owner owner = form.owner();
        String id = form.thread();
        boolean archived = form.text("archived").equals("true");
        return states.archive(owner, id, archived).map(state -> {
            log(session, http, owner, (archived ? "archives thread " : "takes out of the archive thread ") + id);
            return Answer.seeOther("/thread?" + Links.of(owner) + "&thread=" + Links.encode(id));
        });
    }

    /** Says what would be deleted: a thread, all that pass a filter, or everything that the owner has. */
    Uni<Answer> confirmDelete(RoutingContext http) {
        Parameters sent = new Parameters(http.queryParams());
        Owner owner = sent.owner();
        Map<String, @Nullable Object> values = sent.shown();
        values.put("parameters", sent.all().entries());
        if (sent.has("thread")) {
            String id = sent.thread();
            return gate.pass(http, sent, () -> transcripts.count(owner, id).map(counts -> {
                values.put("what", "thread");
                values.put("thread", id);
                values.put("confirm", counts.items());
                values.put("attachments", counts.attachments());
                values.put("back", "/console/thread?" + sent.query());
                return new Answer("delete", values);
            }));
        }
        if (sent.has(EVERYTHING)) {
            return gate.pass(http, sent, () -> everything.count(owner).map(counts -> {
                values.put("what", EVERYTHING);
                values.put("confirm", counts.threads());
                values.put("items", counts.items());
                values.put("attachments", counts.attachments());
                values.put("back", "/console/threads?" + Links.of(owner));
                return new Answer("delete", values);
            }));
        }
        ThreadFilter filter = ThreadFilter.of(sent.all());
        PageRequest one = PageRequest.of("1", null, null);
        return gate.pass(http, sent, () -> lists.list(owner, filter, one, false, true, OwnerPages.SMALL)
                .map(found -> {
                    JsonValue total = Rows.read(found).member("total");
                    values.put("what", "threads");
                    values.put("confirm", total.member("value").json());
                    values.put("tooMany", "gte".equals(total.member("relation").string()));
                    values.put("back", "/console/threads?" + sent.query());
                    return new Answer("delete", values);
                }));
    }

    Uni<Answer> delete(RoutingContext http, Session session, Parameters form) {
        Owner owner = form.owner();
        if (!form.text("confirm").matches("\\d{1,9}")) {
            throw INVALID_REQUEST.because("confirm must be the number that the page says");
        }
        int confirmed = Integer.parseInt(form.text("confirm"));
        Answer done = Answer.seeOther("/threads?" + Links.of(owner));
        if (form.has("thread")) {
            String id = form.thread();
            return transcripts.delete(owner, id, confirmed).map(deleted -> {
                log(session, http, owner, "deletes thread " + id + " with " + confirmed + " items");
                return done;
            });
        }
        if (form.has(EVERYTHING)) {
            return everything.count(owner).flatMap(counts -> {
                if (counts.threads() != confirmed) {
                    throw COUNT_CHANGED.because("The user has " + counts.threads() + " threads, and not " + confirmed
                            + "; nothing was deleted");
                }
                log(session, http, owner, "erases everything, " + confirmed + " threads,");
                return everything.erase(owner).replaceWith(done);
            });
        }
        return lists.delete(owner, ThreadFilter.of(form.all()), confirmed, true).map(deleted -> {
            log(session, http, owner, "deletes " + deleted + " threads");
            return done;
        });
    }

    private static void log(Session session, RoutingContext http, Owner owner, String does) {
        ConsoleRoutes.LOG.infof(
                "Console: session %s from %s %s of %s",
                session.id(), http.request().remoteAddress().hostAddress(), does, owner.id());
    }
}
