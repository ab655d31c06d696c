from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.test import Client

from marketplace.accounts.actors import Actor
from marketplace.core import files
from marketplace.core.files import BadFile
from marketplace.core.models import StoredFile
from tests.core import uploads
from tests.factories import UserFactory

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
