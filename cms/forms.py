"""The form in which an agency writes its own text."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cms import words
from cms.models import AgencyProfile
from cms.services import Picture
from marketplace.core import files
from marketplace.core.forms import ActorForm

MAX_PICTURES = 6
NEW = (1, 2)  # so many can be added at a time
ACCEPTED = (files.PNG, files.JPEG)
MAX_PIXELS = 12_000_000  # they are scaled when first shown, in the visitor's request


class WordsForm(ActorForm):
    """Slogan, plain text, logo, and up to six pictures with captions (two new ones at a time)."""

    slogan = forms.CharField(label=_("一句话介绍"), max_length=80, required=False)
    intro = forms.CharField(
        label=_("机构简介"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("写明专长、团队和服务承诺。空一行为一段，行首写“- ”或“1.”成为列表；资质和价格由系统实时显示。"),
    )
    logo = forms.FileField(label=_("标志"), required=False, help_text=_("PNG 或 JPG。"))
    picture_1 = forms.FileField(label=_("图片一"), required=False, help_text=_("PNG 或 JPG。"))
    caption_1 = forms.CharField(label=_("图片一说明"), max_length=100, required=False)
    picture_2 = forms.FileField(label=_("图片二"), required=False)
    caption_2 = forms.CharField(label=_("图片二说明"), max_length=100, required=False)

    def __init__(self, *args: Any, profile: AgencyProfile | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept: list[Picture] = []
        draft: Any = profile.get_latest_revision_as_object() if profile else None
        if draft is not None:
            self.initial.update(slogan=draft.slogan, intro=words.to_plain(draft.intro))
            self.kept = [Picture(b.value["image"], b.value["caption"]) for b in draft.body if b.block_type == "picture"]
        for index, picture in enumerate(self.kept):
            label = _("移除图片：%(caption)s") % {"caption": picture.caption or str(index + 1)}
            self.fields[f"remove_{index}"] = forms.BooleanField(label=label, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("logo", "picture_1", "picture_2"):
            upload: UploadedFile | None = cleaned.get(name)
            if upload is None:
                continue
            try:
                files.inspect(upload, ACCEPTED, max_pixels=MAX_PIXELS)
            except files.BadFile as error:
                self.add_error(name, str(error))
        if len(self._kept_pictures(cleaned)) + sum(bool(cleaned.get(f"picture_{n}")) for n in NEW) > MAX_PICTURES:
            self.add_error("picture_1", _("最多保留 6 张图片，请先移除一些。"))
        return cleaned

    def words(self) -> dict[str, Any]:
        """What `services.submit_words` takes."""
        data = self.cleaned_data
        new = [Picture(data[f"picture_{n}"], data[f"caption_{n}"]) for n in NEW if data[f"picture_{n}"]]
        return {
            "slogan": data["slogan"],
            "intro": data["intro"],
            "pictures": [*self._kept_pictures(data), *new],
            "logo": data["logo"] or None,
        }

    def removals(self) -> list[tuple[Picture, forms.BoundField]]:
        """The pictures that are there, each with its box to remove it."""
        return [(picture, self[f"remove_{index}"]) for index, picture in enumerate(self.kept)]

    def _kept_pictures(self, data: dict[str, Any]) -> list[Picture]:
        return [picture for index, picture in enumerate(self.kept) if not data.get(f"remove_{index}")]
