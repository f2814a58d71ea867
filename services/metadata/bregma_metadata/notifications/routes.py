"""What people were told, and what they want to be told."""

from dataclasses import replace
from uuid import UUID

from bregma_kit.fields import Computed, Field, Slug, SystemMoment
from bregma_kit.filters import exact
from bregma_kit.resource import Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import ANY_WRITER, CALLER

from bregma_metadata.notifications import service
from bregma_metadata.notifications.domain import KINDS
from bregma_metadata.notifications.tables import NotificationRow, NotificationRuleRow
from bregma_metadata.subjects.tables import SubjectRow

TAG = "notifications"

NOTIFICATIONS = Resource(
    path="notifications", noun="Notification", table=NotificationRow, lookup=NotificationRow.id, parse_lookup=UUID, tag=TAG,
    order=(NotificationRow.created_at.desc(), NotificationRow.id.desc()), write=ANY_WRITER, methods="LR",
    shown=NotificationRow.user_id == CALLER, doc="What you were told about animals, newest first; your own only.",
    fields=(
        Field(name="id", column=NotificationRow.id, read_only=True),
        Field(name="notification_type", column=NotificationRow.kind, read_only=True, example="mouse_water"),
        Slug(name="subject", column=NotificationRow.subject_id, to=SubjectRow.nickname, read_only=True),
        Field(name="title", column=NotificationRow.title, read_only=True),
        Field(name="message", column=NotificationRow.message, read_only=True),
        Field(name="status", column=NotificationRow.status, read_only=True, doc="to_send, sent or no_send"),
        Computed(name="reason", expression=NotificationRow.reason, doc="why it was not sent"),
        SystemMoment(name="created_datetime", column=NotificationRow.created_at, read_only=True),
        SystemMoment(name="sent_datetime", column=NotificationRow.sent_at, read_only=True),
    ),
    filters=(exact("notification_type", NotificationRow.kind), exact("status", NotificationRow.status)),
)  # fmt: skip

RULES = Resource(
    path="notification-rules", noun="NotificationRule", table=NotificationRuleRow, lookup=NotificationRuleRow.id,
    parse_lookup=UUID, tag=TAG, order=(NotificationRuleRow.kind,), write=ANY_WRITER, before=service.own_rule,
    shown=NotificationRuleRow.user_id == CALLER,
    doc="Your rules. Without one you are told about the animals that you are responsible for.",
    constraints={
        "notification_rules_kind_check": (
            "notification_type", f"Enter one of {', '.join(KINDS)}."
        ),
        "notification_rules_scope_check": ("subjects_scope", "Enter none, mine, lab or all."),
        "notification_rules_user_kind_key": ("notification_type", "You have a rule about this already; change that one."),
    },
    fields=(
        Field(name="id", column=NotificationRuleRow.id, read_only=True),
        Field(name="notification_type", column=NotificationRuleRow.kind, required=True, example="mouse_water"),
        Field(name="subjects_scope", column=NotificationRuleRow.scope, required=True, example="lab",
              doc="none, mine, lab (your labs') or all"),
    ),
)  # fmt: skip

OPERATIONS = [replace(one, own=True) for resource in (NOTIFICATIONS, RULES) for one in operations_of(resource)]
