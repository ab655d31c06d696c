import os
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.core.files.uploadedfile import UploadedFile
from django.test import Client

from marketplace.accounts.actors import Actor
from marketplace.core import clock, deadlines, files, forgotten, log
from marketplace.core.files import BadFile
from marketplace.core.models import Deadline, StoredFile, Zone
from tests.core import uploads
from tests.factories import ClaimFactory, UserFactory

PURPOSE = "test.paper"


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (uploads.upload("证书.pdf", uploads.PDF), files.PDF),
        (uploads.upload("证书.PDF", uploads.PDF), files.PDF),
        (uploads.picture("证书.png"), files.PNG),
        (uploads.picture("证书.jpeg"), files.JPEG),
        (uploads.archive("表.xlsx", "[Content_Types].xml", "xl/workbook.xml"), files.XLSX),
        (uploads.archive("文.docx", "[Content_Types].xml", "word/document.xml"), files.DOCX),
        (uploads.archive("成果.zip", "报告.pdf"), files.ZIP),
    ],
)
def test_a_file_is_known_by_its_content(file: UploadedFile, kind: files.Kind) -> None:
    assert files.inspect(file, files.DELIVERABLES) == kind


@pytest.mark.parametrize(
    ("file", "accepted", "words"),
    [
        (uploads.upload("报告.pdf", uploads.PROGRAM), files.SCANS, "实际内容不是可接受的格式（PDF、PNG、JPG）"),
        (uploads.upload("空.pdf", b""), files.SCANS, "是空的"),
        (uploads.upload("证书.png", uploads.PDF), files.SCANS, "内容是 PDF，与扩展名不一致"),
        (uploads.upload("证书", uploads.PDF), files.SCANS, "与扩展名不一致"),
        (uploads.archive("表.xlsx", "xl/workbook.xml"), files.SCANS, "不是可接受的格式"),
        (uploads.archive("表.xlsx", "说明.txt"), files.DELIVERABLES, "内容是 ZIP，与扩展名不一致"),
        (uploads.archive("成果.zip", "xl/workbook.xml"), files.DELIVERABLES, "内容是 XLSX，与扩展名不一致"),
        (uploads.archive("表.xlsx", "xl/workbook.xml", "xl/vbaProject.bin"), files.DOCUMENTS, "可执行文件或宏"),
        (uploads.archive("成果.zip", "报告.pdf", "安装/setup.EXE"), files.DELIVERABLES, "可执行文件或宏"),
        (uploads.archive("成果.zip", "报告.pdf", "安装/setup.exe. "), files.DELIVERABLES, "可执行文件或宏"),
        (uploads.archive("成果.zip", "安装/setup.dll"), files.DELIVERABLES, "可执行文件或宏"),
        (uploads.archive("成果.zip", "安装/无后缀"), files.DELIVERABLES, "“无后缀”不能接收"),
        (uploads.archive("成果.zip", "内层.zip"), files.DELIVERABLES, "“内层.zip”不能接收"),
        (uploads.archive("成果.zip", "旧表.xls"), files.DELIVERABLES, "另存为 DOCX、XLSX 或 PDF"),
        (uploads.archive("成果.zip", "../../etc/报告.pdf"), files.DELIVERABLES, "指向其他文件夹"),
        (uploads.archive("成果.zip", "..\\报告.pdf"), files.DELIVERABLES, "指向其他文件夹"),
        (uploads.archive("成果.zip", "C:/报告.pdf"), files.DELIVERABLES, "指向其他文件夹"),
        (uploads.packed("成果.zip", {"报告.pdf": uploads.PROGRAM}), files.DELIVERABLES, "是可执行文件"),
        (
            uploads.packed("成果.zip", {"报告.pdf": uploads.archive("a.zip", "a.txt").read()}),
            files.DELIVERABLES,
            "另外的压缩包",
        ),
        (uploads.packed("成果.zip", {"表.xlsx": uploads.macros().read()}), files.DELIVERABLES, "里有宏"),
        (uploads.macros(), files.DOCUMENTS, "里有宏"),
        (uploads.macros(encoding="utf-16"), files.DOCUMENTS, "里有宏"),
        (uploads.macros(word="macro&#69;nabled"), files.DOCUMENTS, "里有宏"),
        (uploads.macros(word="excel.macrosheet"), files.DOCUMENTS, "里有宏"),
        (uploads.archive("成果.zip", *(f"{n}.txt" for n in range(5001))), files.DELIVERABLES, "里的文件太多"),
        (uploads.acting_pdf("/JavaScript"), files.SCANS, "脚本、启动程序的动作或附件"),
        (uploads.acting_pdf("/Launch"), files.SCANS, "脚本、启动程序的动作或附件"),
        (uploads.acting_pdf(attached="a.exe"), files.SCANS, "脚本、启动程序的动作或附件"),
        (uploads.acting_pdf("/JavaScript", password="1"), files.SCANS, "设有打开密码"),
        (uploads.upload("坏.pdf", uploads.PDF + b"<</S /Java#53cript>>"), files.SCANS, "脚本、启动程序的动作或附件"),
        (uploads.upload("成果.zip", b"PK\x03\x04 broken"), files.DELIVERABLES, "不是可接受的格式"),
        (uploads.zip_bomb(), files.DELIVERABLES, "展开后过大"),
        (uploads.pixel_bomb(), files.SCANS, "像素过大"),
        (uploads.pixel_bomb(side=8000), files.SCANS, "像素过大"),
        (uploads.upload("坏.png", b"\x89PNG\r\n\x1a\n" + bytes(50)), files.SCANS, "已损坏"),
        (uploads.upload("坏.jpg", b"\xff\xd8\xff\xe0" + bytes(50)), files.SCANS, "已损坏"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_bad_file_is_refused_with_its_reason_and_the_way_out(
    file: UploadedFile, accepted: tuple[files.Kind, ...], words: str
) -> None:
    with pytest.raises(BadFile) as error:
        files.inspect(file, accepted)
    assert words in str(error.value)
    assert f"“{file.name}”" in str(error.value)


def test_a_plain_pdf_with_links_and_fields_passes() -> None:
    assert files.inspect(uploads.acting_pdf(), files.SCANS) == files.PDF


def test_an_archive_of_documents_drawings_and_folders_passes() -> None:
    members = {"报告/": b"", "报告/正文.pdf": uploads.PDF, "图/总平面.dwg": b"AC1032", "__MACOSX/.DS_Store": b"x"}
    members["表.xlsx"] = uploads.archive("表.xlsx", "[Content_Types].xml", "xl/workbook.xml").read()
    assert files.inspect(uploads.packed("成果.zip", members), files.DELIVERABLES) == files.ZIP


def test_the_directory_of_an_archive_is_not_read_when_it_is_too_large_or_archives_are_not_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A million entries cost a gigabyte and half a minute before anybody asked how many there are."""
    bomb = uploads.archive("成果.zip", *(f"{n}.txt" for n in range(5001)))
    small = uploads.archive("成果.zip", "1.txt")
    for disguise in (b"PK\x05\x06" + bytes(4) + b"\x01\x00\x01\x00",):  # the end says one entry, the directory is large
        content = bytearray(uploads.archive("成果.zip", *(f"{n:0400d}.txt" for n in range(4990))).read())
        content[content.rindex(b"PK\x05\x06") : content.rindex(b"PK\x05\x06") + 12] = disguise
    monkeypatch.setattr(zipfile, "ZipFile", None)
    for file in (bomb, uploads.upload("成果.zip", bytes(content))):
        with pytest.raises(BadFile, match="里的文件太多"):
            files.inspect(file, files.DELIVERABLES)
    with pytest.raises(BadFile, match="不是可接受的格式"):
        files.inspect(small, files.SCANS)


def test_a_page_can_take_smaller_pictures_only() -> None:
    with pytest.raises(BadFile, match="超过 1200 万"):
        files.inspect(uploads.pixel_bomb(side=7740), files.SCANS, max_pixels=12_000_000)


def test_fifty_megabytes_pass_and_one_more_does_not() -> None:
    assert files.inspect(uploads.large_pdf(50), files.SCANS) == files.PDF
    with pytest.raises(BadFile, match=r"有 51\.0 MB，超过 50 MB 的上限。请压缩或拆分"):
        files.inspect(uploads.large_pdf(51), files.SCANS)


@pytest.fixture
def stored() -> Callable[[UploadedFile], StoredFile]:
    """Store an upload that its uploader alone may read."""
    files.register(PURPOSE, lambda actor, file: bool(actor and actor.user == file.uploaded_by))
    by = Actor.of(UserFactory())
    return lambda file, by=by: files.store(file, purpose=PURPOSE, by=by, accepted=files.DELIVERABLES)


@pytest.mark.django_db
def test_the_same_bytes_lie_once(stored: Callable) -> None:
    first = stored(uploads.upload("甲.pdf", uploads.PDF))
    second = stored(uploads.upload(r"C:\文件\乙.pdf", uploads.PDF))
    assert first.sha256 == second.sha256
    assert (first.name, second.name) == ("甲.pdf", "乙.pdf")
    folder = files.path_of(first.sha256).parent
    assert [path.name for path in folder.iterdir()] == [first.sha256]
    assert files.open_bytes(second).read() == uploads.PDF


@pytest.mark.django_db
def test_a_picture_is_stored_whole(stored: Callable) -> None:
    file = uploads.picture()
    content = file.read()
    assert files.open_bytes(stored(file)).read() == content


@pytest.mark.django_db
def test_a_refused_file_leaves_nothing(stored: Callable) -> None:
    with pytest.raises(BadFile):
        stored(uploads.upload("报告.pdf", uploads.PROGRAM))
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_a_person_uploads_so_much_a_day_and_no_more(stored: Callable, settings: Any) -> None:
    """Forms that were refused on purpose filled the disk: each try kept its file."""
    settings.UPLOAD_BYTES_A_DAY = 2 * len(uploads.PDF)
    for _number in range(2):
        stored(uploads.upload("甲.pdf", uploads.PDF))
    with pytest.raises(BadFile, match="24 小时内"):
        stored(uploads.upload("甲.pdf", uploads.PDF))
    stored(uploads.upload("甲.pdf", uploads.PDF), by=Actor.of(UserFactory()))
    with clock.at(clock.now() + timedelta(days=1, seconds=1)):
        stored(uploads.upload("甲.pdf", uploads.PDF))


# --- forgotten uploads ------------------------------------------------------------------------------------------------
@pytest.fixture
def after_a_month(stored: Callable, django_capture_on_commit_callbacks: Callable) -> Callable[[], int]:
    """Let the nightly round run 31 days from now."""

    def run() -> int:
        for path in Path(site.PRIVATE_ROOT).glob("*/*"):
            os.utime(path, (0, 0))
        with clock.at(clock.now() + timedelta(days=31)), django_capture_on_commit_callbacks(execute=True):
            return forgotten.remove()

    return run


@pytest.mark.django_db
def test_an_upload_that_no_record_took_is_removed_after_a_month(stored: Callable, after_a_month: Callable) -> None:
    lost = stored(uploads.upload("甲.pdf", uploads.PDF + b"%lost"))
    kept = stored(uploads.upload("乙.pdf", uploads.PDF + b"%kept"))
    ClaimFactory(authorisation=kept)
    logged = stored(uploads.upload("丙.pdf", uploads.PDF + b"%logged"))
    log.record("test.filed", kept, by=Actor.system(), data={"scan": {"file": "丙.pdf", "sha256": logged.sha256}})
    assert forgotten.remove() == 0  # still young
    assert after_a_month() == 1
    assert set(StoredFile.objects.all()) == {kept, logged}
    assert not files.path_of(lost.sha256).exists()
    assert files.path_of(kept.sha256).exists()


@pytest.mark.django_db
def test_bytes_that_another_row_names_stay(stored: Callable, after_a_month: Callable) -> None:
    first = stored(uploads.upload("甲.pdf", uploads.PDF + b"%twice"))
    ClaimFactory(authorisation=stored(uploads.upload("乙.pdf", uploads.PDF + b"%twice")))
    assert after_a_month() == 1
    assert files.path_of(first.sha256).exists()


@pytest.mark.django_db
def test_the_round_over_forgotten_uploads_plans_the_next_night() -> None:
    Zone.objects.create(name="示范区", owner="管委会", region_code="430500", region_name="示范")
    forgotten.ensure()
    forgotten.ensure()
    (planned,) = Deadline.objects.filter(kind=forgotten.KIND)
    with clock.at(planned.due_at):
        deadlines.run_due()
    (following,) = Deadline.objects.filter(kind=forgotten.KIND, done_at=None)
    assert following.due_at - planned.due_at == timedelta(days=1)


def test_a_purpose_nobody_answers_for_is_not_stored() -> None:
    with pytest.raises(LookupError):
        files.store(uploads.upload("甲.pdf", uploads.PDF), purpose="nobody.knows", by=Actor.system())


# --- download ---------------------------------------------------------------------------------------------------------
def log_in(actor_of: StoredFile | None) -> Client:
    client = Client()
    client.force_login(
        actor_of.uploaded_by if actor_of else UserFactory(), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


@pytest.mark.django_db
def test_only_who_may_read_it_downloads_a_file(stored: Callable) -> None:
    file = stored(uploads.upload("授权 书.pdf", uploads.PDF))
    address = f"/files/{file.pk}/"
    assert Client().get(address).status_code == 404
    assert log_in(None).get(address).status_code == 404
    answer = log_in(file).get(address)
    assert b"".join(answer.streaming_content) == uploads.PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == "inline; filename*=UTF-8''%E6%8E%88%E6%9D%83%20%E4%B9%A6.pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]


@pytest.mark.django_db
def test_what_a_browser_should_not_open_is_only_saved(stored: Callable) -> None:
    file = stored(uploads.archive("成果.zip", "报告.pdf"))
    assert log_in(file).get(f"/files/{file.pk}/")["Content-Disposition"].startswith("attachment")
    pdf = stored(uploads.upload("甲.pdf", uploads.PDF))
    assert log_in(pdf).get(f"/files/{pdf.pk}/甲.pdf?download")["Content-Disposition"].startswith("attachment")


@pytest.mark.django_db
def test_a_purpose_that_is_gone_opens_to_nobody(stored: Callable) -> None:
    file = stored(uploads.upload("甲.pdf", uploads.PDF))
    StoredFile.objects.update(purpose="gone.long.ago")
    assert log_in(file).get(f"/files/{file.pk}/").status_code == 404


@pytest.mark.django_db
def test_missing_bytes_are_not_found_and_reported(stored: Callable, caplog: pytest.LogCaptureFixture) -> None:
    file = stored(uploads.upload("甲.pdf", uploads.PDF + b"%lost"))
    files.path_of(file.sha256).unlink()
    assert log_in(file).get(f"/files/{file.pk}/").status_code == 404
    assert str(file.pk) in caplog.text
