"""What openapi.yaml cannot say to Schemathesis."""

import os
from urllib.parse import unquote

import schemathesis
from hypothesis import strategies as st

# A time without a zone, as ChatKit writes it. The name is from the OpenAPI Initiative's registry of formats.
schemathesis.openapi.format("date-time-local", st.datetimes().map(lambda time: time.isoformat()))


@schemathesis.hook
def before_call(context, case, kwargs):
    # A response that may be without a body cannot be described: the checkers ask for a media type.
    # Such answers are seen by the Java tests' SpecificationFilter.
    if case.headers.get("Prefer") == "return=minimal":
        del case.headers["Prefer"]
    # What the other calls need would be gone.
    if case.path == "/v1/owner" and (case.query or {}).get("dry_run") in (None, "", "false"):
        case.query = {**(case.query or {}), "dry_run": "true"}
    if not case.meta.generation.mode.is_positive:
        return
    # A place of an export is made by the service.
    if case.path == "/v1/export":
        (case.query or {}).pop("after", None)
    # Items need a thread: one that an earlier call has made, or the one that is always there.
    conversation = os.environ["CONVERSATION_ID"]
    for name, always, prefix in (("thread_id", "thr_1", "thr_"), ("conversation_id", conversation, "conv_")):
        if "/items" in case.path and not case.path_parameters.get(name, prefix).startswith(prefix):
            case.path_parameters[name] = always
    # Of a ChatKit thread a conversation can only be read.
    if not case.path_parameters.get("conversation_id", "conv_").startswith("conv_"):
        case.path_parameters["conversation_id"] = "conv_none"
    # A patch does not change the id.
    if case.method.upper() == "PATCH" and isinstance(case.body, dict):
        case.body.pop("id", None)
    # Whether a precondition holds depends on what is stored.
    for header in ("If-Match", "If-None-Match"):
        (case.headers or {}).pop(header, None)
        (kwargs.get("headers") or {}).pop(header, None)
    # A key goes with one body, whose items may be of another type the next time.
    if case.path.startswith("/openai/"):
        (case.headers or {}).pop("Idempotency-Key", None)
        (kwargs.get("headers") or {}).pop("Idempotency-Key", None)
    # A page begins in one place, and a cursor is made by the service.
    query = case.query or {}
    query.pop("cursor", None)
    for place in [name for name in ("after", "before", "around") if query.get(name)][1:]:
        del query[place]
    # Only a thread that is created gets a kind.
    if case.method.upper() == "PUT" and case.path.endswith("/items") and query.get("kind"):
        query["create"] = "true"
    # The id in a body is the one in the path.
    if case.method.upper() == "PUT" and "id" in case.body:
        case.body["id"] = unquote(case.path_parameters[case.path.rpartition("{")[2].rstrip("}")])
    # No id stands twice in a batch.
    if isinstance(case.body, list):
        seen = set()
        for item in case.body:
            if "id" in item and item["id"] in seen:
                del item["id"]
            seen.add(item.get("id"))
