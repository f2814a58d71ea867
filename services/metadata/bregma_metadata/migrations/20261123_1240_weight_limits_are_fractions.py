"""A lab's weight limits are fractions of 1: by 85 instead of 0.85 every animal would be below its limit."""

from collections.abc import Sequence

from alembic import op

revision: str = "metadata_0018"
down_revision: str | None = "metadata_0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = ("reference_weight_pct", "zscore_weight_pct")


def upgrade() -> None:
    for name in COLUMNS:
        # as Alyx's own form reads what people enter: above 1 percent are meant
        op.execute(
            f"update metadata.labs set {name} = greatest(0, least(1, {name} / 100)) where {name} > 1 or {name} < 0"
        )
        rule = f"labs_{name.removesuffix('_pct')}_is_fraction_check"
        op.create_check_constraint(op.f(rule), "labs", f"{name} between 0 and 1", schema="metadata")


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_constraint(op.f(f"labs_{name.removesuffix('_pct')}_is_fraction_check"), "labs", schema="metadata")
