"""The people of the demonstration: staff, buyers, and one persona per role for the tour.

All share one password, which `manage.py demo --users` prints; outside a demonstration that command refuses to run.
"""

import zlib

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from demo.models import Persona
from demo.seed import papers
from demo.seed.cast import Buyer, buyers
from demo.seed.world import World
from marketplace.accounts import groups
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Claim, Organisation, User
from marketplace.accounts.roles import StaffRole
from marketplace.accounts.services import confirm_claim, register_organisation, save_organisation
from marketplace.core import files
from marketplace.projects.services import save_profile

PASSWORD = "market-demo-2026"

STAFF: tuple[tuple[str, str, StaffRole], ...] = (
    ("operator", "孙运营", StaffRole.OPERATOR),
    ("operator2", "李运营", StaffRole.OPERATOR),
    ("supervisor", "周监管", StaffRole.SUPERVISOR),
    ("officer", "吴代办", StaffRole.OFFICER),
    ("officer2", "郑代办", StaffRole.OFFICER),
    ("chief", "王主管", StaffRole.CHIEF),
    ("clerk", "冯窗口", StaffRole.CLERK),
    ("editor", "陈编辑", StaffRole.EDITOR),
)

_hash: str = ""


def make_user(username: str, name: str, *, roles: tuple[StaffRole, ...] = (), superuser: bool = False) -> User:
    """A person with the demonstration's password (hashed once: a real hash takes a third of a second)."""
    global _hash
    _hash = _hash or make_password(PASSWORD)
    user = User(username=username, email=username, name=name, password=_hash, is_superuser=superuser)
    user.is_staff = bool(roles) or superuser
    user.staff_roles = [str(role) for role in roles]
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_staff(world: World) -> None:
    """The zone's own people, and an administrator who may do everything in Wagtail."""
    groups.ensure()
    for key, name, role in STAFF:
        user = make_user(f"{key}@example.com", name, roles=(role,))
        groups.put_into_groups(user)
        world.staff[key] = Actor.of(user)
    officer, other, chief = (world.staff[key] for key in ("officer", "officer2", "chief"))
    save_profile(officer.person, deputy=other.person, industries=["汽车零部件", "装备制造"], by=chief)
    save_profile(other.person, deputy=officer.person, industries=["公共建筑"], by=chief)
    admin = make_user("admin@example.com", _("系统管理员"), roles=(StaffRole.OPERATOR,), superuser=True)
    world.staff["admin"] = Actor.of(admin)


def make_buyers(world: World) -> None:
    """Organisations that buy, each with one person whose authorisation an operator has looked at."""
    for buyer in buyers(world.rng):
        organisation, actor = register(world, buyer.username, buyer.person, buyer.name, buyer.credit_code, buyer.kind)
        world.buyers.append((buyer, organisation, actor))


def register(
    world: World, username: str, person: str, name: str, code: str, kind: str, *, confirmed: bool = True
) -> tuple[Organisation, Actor]:
    """A person registers an organisation; an operator confirms the claim."""
    user = make_user(username, person)
    paper = files.store(
        papers.document("单位授权书", f"授权单位：{name}", f"统一社会信用代码：{code}", f"被授权人：{person}"),
        purpose="accounts.authorisation",
        by=Actor.of(user),
        holder=code,
    )
    organisation = register_organisation(name=name, credit_code=code, kind=kind, authorisation=paper, by=Actor.of(user))
    if confirmed:
        confirm_claim(Claim.objects.get(user=user, organisation=organisation), by=world.operator)
        organisation.refresh_from_db()
    account = {"bank_name": "示范农村商业银行开发区支行", "bank_account": f"6228{zlib.crc32(code.encode()):015d}"}
    organisation = save_organisation(organisation, account, by=Actor.of(user, organisation))
    return organisation, Actor.of(user)


def make_newcomer() -> User:
    """Somebody with an account and nothing else: step 1 of the tour."""
    return make_user("newcomer@example.com", "卫新人")


def make_personas(world: World, newcomer: User, star: int) -> None:
    """One log-in per role for the tour; `star` is the number of the firm that stands for agencies."""
    buyer: Buyer = world.buyers[0][0]
    buys = _("%(name)s：发布采购、签合同、验收、评价。") % {"name": buyer.name}
    sells = _("%(name)s：维护资料、报价、交付。") % {"name": world.firms[star - 1].name}
    table: list[tuple[str, User | None, str, str]] = [
        ("buyer", world.buyers[0][2].user, _("采购企业"), buys),
        ("agency", world.agents[star].user, _("中介机构"), sells),
        ("newcomer", newcomer, _("新机构"), _("刚注册账号，从登记单位开始。")),
        ("operator", world.staff["operator"].user, _("运营人员"), _("审核入驻、核验授权、核对公告。")),
        ("editor", world.staff["editor"].user, _("内容编辑"), _("在 Wagtail 后台发布公告、审核机构内容。")),
        ("officer", world.staff["officer"].user, _("代办员"), _("为投资项目全程代办。")),
        ("chief", world.staff["chief"].user, _("代办主管"), _("受理申请、指派代办员。")),
        ("supervisor", world.staff["supervisor"].user, _("监管人员"), _("看黄红牌、办投诉。")),
        ("clerk", world.staff["clerk"].user, _("窗口人员"), _("在大厅协助办理。")),
        ("admin", world.staff["admin"].user, _("系统管理员"), _("全部后台功能。")),
    ]
    for position, (key, user, role, about) in enumerate(table):
        assert user is not None  # all of them are people
        Persona.objects.create(key=key, position=position, user=user, role=role, about=about)
