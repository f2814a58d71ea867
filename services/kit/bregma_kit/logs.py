"""Structured logs: one event name per thing that happened, with the request id; never a secret or a signed URL."""

import logging
import sys

import structlog

from bregma_kit.settings import Settings


def set_up_logs(settings: Settings) -> None:
    """Send everything, other libraries' records included, as one line each to standard error."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if settings.log_format == "text"
        else structlog.processors.JSONRenderer()
    )
    level = logging.getLevelName(settings.log_level.upper())
    structlog.configure(
        processors=[*shared, renderer], wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr), cache_logger_on_first_use=True,
    )  # fmt: skip
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[
        structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer,
    ]))  # fmt: skip
    logging.basicConfig(handlers=[handler], level=max(level, logging.INFO), force=True)
    for name in ("botocore", "boto3", "urllib3", "httpx", "httpcore", "procrastinate"):
        # their records hold addresses with signatures
        logging.getLogger(name).setLevel(logging.WARNING)
