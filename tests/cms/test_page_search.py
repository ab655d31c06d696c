"""Wagtail's own search finds a Chinese word wherever it stands in a title."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from modelsearch.query import Phrase, PlainText
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from cms.models import AgencyProfile, ArticlePage, HomePage, SectionPage
from marketplace.core import clock
from tests.factories import staff

pytestmark = pytest.mark.django_db
TITLE = "关于做好建设项目环评服务的通知（ZJ-005）"


@pytest.fixture
def page(home: HomePage) -> Page:
    parent = SectionPage.objects.get(section="notices")
    article = ArticlePage(title=TITLE, slug="eia", date=clock.today(), locale=parent.locale)
    parent.add_child(instance=article)
    other = ArticlePage(title="关于评环优秀机构的公告", slug="other", date=clock.today(), locale=parent.locale)
    parent.add_child(instance=other)
    return article.page_ptr


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(staff("editor").person)
    return client


def test_words_in_the_middle_of_a_title_find_the_page(page: Page) -> None:
    for words in ("环评", "環評", "做好 环评", "环", "zj-005", "ZJ", "项目环评服务", "关于做好建设项目环评服务的通知"):
        assert page in list(Page.objects.autocomplete(words)), words


def test_so_does_the_search_for_whole_words(page: Page) -> None:
    for words in ("环评", "環評", "做好 环评", "环", "zj-005", PlainText("环评"), Phrase("环评服务"), Phrase("环")):
        assert page in list(Page.objects.search(words)), words


def test_any_text_is_a_question(page: Page) -> None:
    for words in ("评服", "环评*", "环评 造价", "项目服务", "（）", "\x00", '"', "环评' OR 1=1", "%s %d", "\ud800"):
        found = list(Page.objects.search(words))
        assert (page in found) == (words in ("评服", "环评*")), words


def test_one_of_several_words_is_enough_where_that_is_asked(page: Page) -> None:
    assert page in list(Page.objects.search("造价 环评", operator="or"))
    assert page not in list(Page.objects.search("造价 环评"))


def test_the_whole_index_made_anew_finds_the_same(page: Page) -> None:
    call_command("wagtail_update_index", verbosity=0)
    assert page in list(Page.objects.autocomplete("环评"))
    assert page not in list(Page.objects.autocomplete("造价"))


def test_a_changed_title_is_found_by_its_new_words_alone(page: Page) -> None:
    page.title = "关于工程造价的通知"
    page.save()
    assert page in list(Page.objects.search("造价"))
    assert page not in list(Page.objects.search("环评"))


def test_pictures_and_documents_are_found_the_same_way(home: HomePage) -> None:
    picture = Image.objects.create(title="厂区环评现场照片", file=get_test_image_file())
    paper = Document.objects.create(title="建设项目环评合同范本", file=SimpleUploadedFile("a.pdf", b"%PDF-1.4"))
    assert list(Image.objects.search("环评")) == [picture]
    assert list(Document.objects.autocomplete("环评")) == [paper]


def test_editors_find_it_in_the_admin_and_in_choosers(page: Page, editor: Client) -> None:
    for address in ("/admin/pages/search/results/?q=环评", "/admin/choose-page/search/?q=環評"):
        answer = editor.get(address)
        assert answer.status_code == 200
        assert TITLE in answer.content.decode()
        assert "优秀机构" not in answer.content.decode()


def test_editors_find_texts_of_agencies(home: HomePage, editor: Client) -> None:
    AgencyProfile.objects.create(credit_code="91430500MA4L7X2E5P", name="甲子环评技术有限公司")
    answer = editor.get("/admin/snippets/cms/agencyprofile/?q=环评")
    assert "甲子环评技术有限公司" in answer.content.decode()
    assert "甲子环评技术有限公司" not in editor.get("/admin/snippets/cms/agencyprofile/?q=造价").content.decode()
