"""Dataset types and data formats."""

from bregma_kit.fields import Field
from bregma_kit.filters import exact
from bregma_kit.graph import Model
from bregma_kit.resource import Change, Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import ADMIN_ONLY

from bregma_files.authors import Author
from bregma_files.dataset_types.tables import DataFormatRow, DatasetTypeRow

TAG = "dataset types"


async def _lower_pattern(change: Change) -> None:
    """Patterns are kept in lower case: file names are compared whatever their case."""
    if "filename_pattern" in change.values:
        change.values["filename_pattern"] = (change.values["filename_pattern"] or "").lower()
    if change.creating:
        change.values["created_by_id"] = change.values.get("created_by_id") or change.principal.user_id


DATASET_TYPES = Resource(
    path="dataset-types", look_ups=False, unfiltered=("created_by",), noun="DatasetType", table=DatasetTypeRow,
    lookup=DatasetTypeRow.name, tag=TAG,
    order=(DatasetTypeRow.name,), write=ADMIN_ONLY, before=_lower_pattern,
    model=Model(
        view="dataset_types",
        reverse={"created_by": "data_datasettype_created_by_related"},
    ),
    doc="Dataset types. `/data/types` explains each with its unit and dimensions.",
    constraints={"dataset_types_pattern_key": ("filename_pattern", "dataset type with this filename pattern already exists.")},
    fields=(
        Field(name="id", column=DatasetTypeRow.id, read_only=True),
        Field(name="name", column=DatasetTypeRow.name, required=True, example="spikes.times"),
        Author(name="created_by", column=DatasetTypeRow.created_by_id),
        Field(name="description", column=DatasetTypeRow.description),
        Field(name="filename_pattern", column=DatasetTypeRow.filename_pattern, nullable=True),
    ),
    filters=(exact("name", DatasetTypeRow.name),),
)  # fmt: skip

DATA_FORMATS = Resource(
    path="data-formats", look_ups=False, noun="DataFormat", table=DataFormatRow, lookup=DataFormatRow.name, tag=TAG,
    order=(DataFormatRow.name,), write=ADMIN_ONLY, doc="File formats, known by their last extension.",
    model=Model(view="data_formats"),
    constraints={"data_formats_extension_form_check": ("file_extension", "Enter one extension with its dot, such as .npy.")},
    fields=(
        Field(name="id", column=DataFormatRow.id, read_only=True),
        Field(name="name", column=DataFormatRow.name, required=True),
        Field(name="description", column=DataFormatRow.description),
        Field(name="file_extension", column=DataFormatRow.file_extension, required=True, example=".npy"),
        Field(name="matlab_loader_function", column=DataFormatRow.matlab_loader_function),
        Field(name="python_loader_function", column=DataFormatRow.python_loader_function),
    ),
    filters=(exact("name", DataFormatRow.name), exact("file_extension", DataFormatRow.file_extension)),
)  # fmt: skip

OPERATIONS = [*operations_of(DATASET_TYPES), *operations_of(DATA_FORMATS)]
