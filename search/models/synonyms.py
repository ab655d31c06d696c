"""The editors' synonyms."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from search import synonyms


class SynonymGroup(models.Model):
    """Words that mean the same to whoever searches; a word stands in one group only."""

    words = models.TextField(
        gettext_lazy("同义词"),
        help_text=gettext_lazy("每行一个词，至少两个；搜索其中任何一个，都会找到其余各词。保存后立即生效。"),
    )
    note = models.CharField(gettext_lazy("备注"), max_length=200, blank=True)
    is_active = models.BooleanField(gettext_lazy("启用"), default=True)
    stamp = models.PositiveIntegerField(editable=False, default=0, help_text="another with each change")

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("搜索同义词")
        ordering = ["pk"]

    def __str__(self) -> str:
        return " = ".join(synonyms.split(self.words))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.stamp = secrets.randbelow(2**31 - 1)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Two to twenty words, none twice here or in another group, none that can't be looked for."""
        words = synonyms.split(self.words)
        self.words = "\n".join(words)
        found = [*self._wrong_words(words), *self._doubles(words)]
        if len({synonyms.form(word) for word in words}) < 2:
            found.append(_("至少写两个不同的词。"))
        if len(words) > synonyms.MOST_WORDS:
            found.append(_("一组最多 %(n)d 个词。") % {"n": synonyms.MOST_WORDS})
        if found:
            raise ValidationError({"words": found})

    def _wrong_words(self, words: tuple[str, ...]) -> list[str]:
        found = []
        for word in words:
            if len(word) > synonyms.LONGEST:
                given = {"word": word[: synonyms.LONGEST], "n": synonyms.LONGEST}
                found.append(_("“%(word)s…”太长：一个词最多 %(n)d 个字。") % given)
            elif len(synonyms.form(word)) < 2 or not synonyms.is_usable(word):
                found.append(
                    _("“%(word)s”不能作为同义词：请写两个字以上，不带标点，不混用中文和字母。") % {"word": word}
                )
        return found

    def _doubles(self, words: tuple[str, ...]) -> list[str]:
        forms = [synonyms.form(word) for word in words]
        found = [
            _("“%(word)s”写了两次。") % {"word": w} for w, f in zip(words, forms, strict=True) if forms.count(f) > 1
        ]
        for other in SynonymGroup.objects.exclude(pk=self.pk):
            theirs = {synonyms.form(word) for word in synonyms.split(other.words)}
            for word, each in zip(words, forms, strict=True):
                if each in theirs:
                    given = {"word": word, "group": str(other)}
                    found.append(_("“%(word)s”已在另一组（%(group)s）。") % given)
        return list(dict.fromkeys(found))
