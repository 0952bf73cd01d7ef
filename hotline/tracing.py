"""Traces by OpenTelemetry, from a webhook over the event log to the sockets; off by default.

Where they are off, a span is one look at a variable. Where they are on, an event row carries the
trace of the transaction that wrote it, so that the push on another node belongs to the same trace.
Attributes are names of routes, events and decisions: nothing of a person, no ids.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotline.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, Tracer

    MaybeSpan = AbstractContextManager[Span | None]

_SERVICE = "hotline"
_PARENT = "traceparent"
_NOTHING: "MaybeSpan" = nullcontext()


class TracingNotInstalledError(Exception):
    """The setting is there, the packages of the extra `tracing` are not."""


@dataclass(slots=True)
class _Target:
    tracer: "Tracer | None" = None


_target = _Target()


@contextmanager
def sent_to_collector(settings: Settings) -> Iterator[None]:
    """Spans go to the collector of the settings, in batches; at the end, what is left of them."""
    if not settings.otlp_url:
        yield
        return
    with followed_by(_provider(settings.otlp_url)):
        yield


@contextmanager
def followed_by(provider: "TracerProvider") -> Iterator[None]:
    """Spans go to this provider while the block lasts."""
    _target.tracer = provider.get_tracer(_SERVICE)
    try:
        yield
    finally:
        _target.tracer = None
        provider.shutdown()


def is_on() -> bool:
    return _target.tracer is not None


def span(name: str, parent: str | None = None, **facts: str) -> "MaybeSpan":
    """A span of the present trace, or of `parent` (from `here`), while the block lasts."""
    if _target.tracer is None:
        return _NOTHING
    context = _context(parent) if parent is not None else None
    return _opened(_target.tracer, name, context, facts)


def here() -> str | None:
    """The present span as W3C's `traceparent`, to be carried elsewhere; None without one."""
    if _target.tracer is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carried: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carried)
    return carried.get(_PARENT)


@contextmanager
def _opened(
    tracer: "Tracer", name: str, context: "Context | None", facts: Mapping[str, str]
) -> "Iterator[Span]":
    """An error is told by its type alone: its words may be a caller's, or a row."""
    from opentelemetry.trace import StatusCode

    with tracer.start_as_current_span(
        name, context=context, attributes=facts,
        record_exception=False, set_status_on_exception=False,
    ) as opened:  # fmt: skip
        try:
            yield opened
        except Exception as error:
            opened.set_attribute("error.type", type(error).__name__)
            opened.set_status(StatusCode.ERROR)
            raise


def _context(parent: str) -> "Context":
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({_PARENT: parent})


def _provider(url: str) -> "TracerProvider":
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise TracingNotInstalledError from error
    provider = TracerProvider(resource=Resource.create({"service.name": _SERVICE}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
    return provider
