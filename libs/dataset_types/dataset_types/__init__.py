"""ONE names, ALF paths and dataset types: what a file of a session promises."""

from dataset_types.check import check_header, check_references, check_rows, comparable_rows, row_group
from dataset_types.content import ContentCheck, content_check
from dataset_types.header import BadHeader, Header, IncompleteHeader, read_header
from dataset_types.name import BadName, DatasetName, parse_name
from dataset_types.page import render_html
from dataset_types.path import (
    BadPath,
    DatasetPath,
    SessionPath,
    add_uuid,
    parse_dataset_path,
    parse_session_path,
    split_session_path,
    strip_uuid,
)
from dataset_types.portable import portability_problem
from dataset_types.problem import Problem
from dataset_types.registry import (
    AmbiguousType,
    BadDefinition,
    Registry,
    UnknownType,
    convert,
    default_registry,
)
from dataset_types.spec import Content, DatasetType, Edition, Kind
from dataset_types.units import NoConversion
from dataset_types.values import Bounds

__all__ = [
    "AmbiguousType",
    "BadDefinition",
    "BadHeader",
    "BadName",
    "BadPath",
    "Bounds",
    "Content",
    "ContentCheck",
    "DatasetName",
    "DatasetPath",
    "DatasetType",
    "Edition",
    "Header",
    "IncompleteHeader",
    "Kind",
    "NoConversion",
    "Problem",
    "Registry",
    "SessionPath",
    "UnknownType",
    "add_uuid",
    "check_header",
    "check_references",
    "check_rows",
    "comparable_rows",
    "content_check",
    "convert",
    "default_registry",
    "parse_dataset_path",
    "parse_name",
    "parse_session_path",
    "portability_problem",
    "read_header",
    "render_html",
    "row_group",
    "split_session_path",
    "strip_uuid",
]
