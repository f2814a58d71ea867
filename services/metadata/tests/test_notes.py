"""Notes: what they hang on, whose clock they tell, and their images."""

from io import BytesIO

import pytest
from bregma_app.testing import CLOSED_LAB
from bregma_metadata.notes import images
from PIL import Image

KEYS = {"id", "user", "date_time", "content_type", "object_id", "text", "image", "json"}
NOBODY = "0195b7a2-8f6c-4d31-9a54-2f1c3b6d8e90"


def drawn(width=1000, height=500, form="PNG", mode="RGB", **more):
    """An image of one colour, so that a test can tell its width and not more."""
    output = BytesIO()
    Image.new(mode, (width, height)).save(output, form, **more)
    return output.getvalue()


def opened(content):
    image = Image.open(BytesIO(content))
    image.load()
    return image


async def note(house, by="member", files=None, **more):
    answer = await getattr(house, by).post("/notes", **({"data": more, "files": files} if files else {"json": more}))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_the_record(house):
    session = await house.session()
    eid = session["id"]
    made = await note(
        house,
        user="manager",
        content_type="session",
        object_id=eid,
        text="well",
        json={"a": 1},
        date_time="2020-01-01T12:00:00",
    )
    assert made == {"id": made["id"], "user": "manager", "content_type": "actions.session", "object_id": eid, "text": "well",
                    "json": {"a": 1}, "date_time": "2020-01-01T12:00:00", "image": None}  # fmt: skip
    assert (await house.member.get(f"/notes/{made['id']}")).json() == made
    assert (await house.member.get("/notes", params={"django": f"object_id,{eid}"})).json()["results"] == [made]
    assert (await house.member.get(f"/sessions/{eid}")).json()["notes"] == [made]
    bare = await note(house, content_type="actions.session", object_id=eid)
    assert (set(bare), bare["user"], bare["text"], bare["json"]) == (KEYS, "member", "", None)


async def test_every_kind(house):
    eid = (await house.session())["id"]
    await house.repository()
    [dataset] = await house.registered("alf/spikes.times.npy", name="openlab_SR")
    subject = (await house.member.get("/subjects/KS014")).json()
    task = await house.make("/tasks", {"session": eid, "name": "t"}, by="member")
    fov = await house.make("/fields-of-view", {"session": eid, "name": "a"}, by="member")
    for kind, whole, record in (("subject", "subjects.subject", subject), ("Dataset", "data.dataset", dataset), ("jobs.task", "jobs.task", task),
                                ("fov", "experiments.fov", fov), ("actions.imagingsession", "actions.session", {"id": eid})):  # fmt: skip
        assert (await note(house, content_type=kind, object_id=record["id"]))["content_type"] == whole
    assert (await house.member.delete(f"/fields-of-view/{fov['id']}")).status_code == 204
    assert (await house.member.get("/notes")).json()["count"] == 4, "what it hung on is gone"


async def test_lab_time(house):
    open_lab, closed = await house.session(), await house.session("C1", lab=CLOSED_LAB)
    for by, session, told in (("member", open_lab, "2020-07-01T13:00:00"), ("outsider", closed, "2020-07-01T08:00:00")):
        made = await note(house, by, content_type="session", object_id=session["id"], date_time="2020-07-01T12:00:00Z")
        assert made["date_time"] == told


async def test_changing(house):
    eid, other = (await house.session())["id"], (await house.session(number=2))["id"]
    url = f"/notes/{(await note(house, content_type='session', object_id=eid, text='a', json=[1]))['id']}"
    whole = {"user": "member", "content_type": "session", "object_id": eid, "text": "b"}
    assert (await house.rig.patch(url, json=whole)).json()["text"] == "b"
    assert (await house.member.put(url, json={"text": "c"})).json()["content_type"] == ["This field is required."]
    changed = (await house.member.put(url, json={**whole, "object_id": other})).json()
    assert (changed["object_id"], changed["json"]) == (other, [1]), "what is not given stays"
    assert (await house.member.patch(url, json={"json": None})).json()["json"] is None
    assert (await house.technician.delete(url)).status_code == 204
    assert (await house.member.get(url)).status_code == 404


async def test_an_image(house):
    eid = (await house.session())["id"]
    form = {"user": "member", "content_type": "session", "object_id": eid, "text": "a plot", "json": '{"name": "plot"}'}
    made = await note(house, files={"image": ("plot.png", drawn())}, **form)
    assert made["json"] == {"name": "plot"}
    assert made["image"].startswith(f"{house.url}/uploaded/notes/{made['id']}/")
    assert (await house.member.get(f"/sessions/{eid}")).json()["notes"] == [made]
    served = await house.member.get(made["image"])
    assert (served.status_code, served.headers["content-type"], served.headers["x-content-type-options"]) == (
        200,
        "image/png",
        "nosniff",
    )
    assert opened(served.content).size == (800, 400)
    assert (await house.stranger.get(made["image"])).status_code == 403
    found = (await house.member.get("/notes", params={"django": "text,a plot,json__name,plot"})).json()["results"]
    assert [one["id"] for one in found] == [made["id"]]

    url = f"/notes/{made['id']}"
    assert (await house.member.patch(url, json={"text": "b"})).json()["image"] == made["image"]
    again = (await house.member.patch(url, data={"width": "orig"}, files={"image": drawn(form="JPEG")})).json()
    assert again["image"].endswith(".jpeg")
    assert again["text"] == "b"
    assert (await house.member.get(made["image"])).status_code == 404
    assert opened((await house.member.get(again["image"])).content).size == (1000, 500)
    assert (await house.member.patch(url, json={"image": None})).json()["image"] is None
    assert (await house.member.get(again["image"])).status_code == 404

    kept = await note(house, files={"image": drawn()}, width="120", **form)
    assert opened((await house.member.get(kept["image"])).content).size == (120, 60)
    assert (await house.member.delete(f"/notes/{kept['id']}")).status_code == 204
    assert (await house.member.get(kept["image"])).status_code == 404
    async with house.database.read() as tx:
        from bregma_metadata.notes.tables import NoteImageRow
        from sqlalchemy import func, select

        assert await tx.value(select(func.count()).select_from(NoteImageRow)) == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"content_type": "user"}, "content_type"), ({"content_type": None}, "content_type"), ({"object_id": NOBODY}, "object_id"),
        ({"object_id": "x"}, "object_id"), ({"content_type": "subject"}, "object_id"), ({"user": "nobody"}, "user"),
        ({"date_time": "noon"}, "date_time"), ({"image": "x"}, "image"), ({"image": ["x"]}, "image"),
    ],
)  # fmt: skip
async def test_mistakes(house, body, field):
    eid = (await house.session())["id"]
    answer = await house.member.post("/notes", json={"content_type": "session", "object_id": eid, **body})
    assert (answer.status_code, list(answer.json())) == (400, [field, "status_code"])
    assert (await house.member.get("/notes")).json()["count"] == 0


@pytest.mark.parametrize(
    ("form", "content", "field"),
    [
        ({}, b"", "image"), ({}, b"not an image", "image"), ({}, drawn()[:200], "image"), ({}, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image"),
        ({"width": "wide"}, drawn(), "width"), ({"width": "0"}, drawn(), "width"), ({"width": "-5"}, drawn(), "width"),
        ({"width": "99999999999"}, drawn(), "width"), ({"json": "{"}, drawn(), "json"), ({}, drawn(form="TIFF"), "image"),
        ({}, drawn(20_000, 20_000, mode="1"), "image"),
    ],
)  # fmt: skip
async def test_bad_images(house, form, content, field):
    eid = (await house.session())["id"]
    data = {"content_type": "session", "object_id": eid, **form}
    answer = await house.member.post("/notes", data=data, files={"image": ("a.png", content)})
    assert (answer.status_code, list(answer.json())) == (400, [field, "status_code"])
    assert (await house.member.get("/notes")).json()["count"] == 0


async def test_words_that_stock_clients_look_for(house):
    await house.session()
    answer = await house.member.post("/notes", json={"content_type": "session", "object_id": NOBODY})
    assert "matching query does not exist" in answer.text


async def test_who_sees_and_writes(house):
    eid = (await house.session("C1", lab=CLOSED_LAB))["id"]
    made = await note(house, "outsider", content_type="session", object_id=eid, files={"image": drawn()})
    assert (await house.member.get("/notes")).json()["count"] == 0
    for method in ("GET", "PATCH", "DELETE"):
        assert (await house.member.request(method, f"/notes/{made['id']}", json={"text": "x"})).status_code == 404
    assert (await house.member.get(made["image"])).status_code == 404
    assert (await house.outsider.get(made["image"])).status_code == 200
    assert (await house.member.post("/notes", json={"content_type": "session", "object_id": eid})).status_code == 400
    mine = await note(house, content_type="session", object_id=(await house.session())["id"])
    assert (await house.outsider.get(f"/notes/{mine['id']}")).status_code == 200
    assert (await house.outsider.patch(f"/notes/{mine['id']}", json={"text": "x"})).status_code == 403
    assert (await house.public.post("/notes", json={})).status_code == 403
    through = (await house.member.get("/users", params={"django": "note__content_type,actions.session"})).json()[
        "results"
    ]
    assert [one["username"] for one in through] == ["member"], "the closed lab's note tells nothing"
    for path in (
        "/uploaded/notes",
        "/uploaded/notes/x/y.png",
        f"/uploaded/notes/{mine['id']}/none.png",
        "/uploaded/eln/x.png",
    ):
        assert (await house.member.get(path)).status_code == 404


def test_what_the_camera_wrote_is_dropped():
    written = Image.Exif()
    written[0x010E], written[0x0112] = "taken at home", 6
    sent = drawn(400, 200, "JPEG", exif=written)
    kept = images.prepared(sent, None)
    assert (kept.media_type, opened(kept.content).size, len(opened(kept.content).getexif())) == (
        "image/jpeg",
        (200, 400),
        0,
    )
    assert b"at home" not in kept.content


def test_forms_and_frames():
    for form, mode in (("PNG", "RGBA"), ("GIF", "P"), ("WEBP", "RGB"), ("JPEG", "CMYK"), ("PNG", "I;16"), ("PNG", "1")):
        kept = images.prepared(drawn(100, 50, form, mode), 40)
        assert (opened(kept.content).format, opened(kept.content).size) == (form, (40, 20))
    output = BytesIO()
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue")]
    frames[0].save(output, "GIF", save_all=True, append_images=frames[1:])
    assert opened(images.prepared(output.getvalue(), None).content).n_frames == 2
    assert opened(images.prepared(output.getvalue(), 20).content).n_frames == 1
    assert opened(images.prepared(drawn(30, 30), 800).content).size == (30, 30), "never enlarged"
