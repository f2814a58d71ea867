"""ONE names, ALF paths and dataset types: what a file of a session promises."""

from dataset_types.name import BadName, DatasetName, parse_name
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

__all__ = [
    "BadName",
    "BadPath",
    "DatasetName",
    "DatasetPath",
    "SessionPath",
    "add_uuid",
    "parse_dataset_path",
    "parse_name",
    "parse_session_path",
    "split_session_path",
    "strip_uuid",
]
