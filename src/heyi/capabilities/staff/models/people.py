"""People of the bank, their branches, the roles they hold, and the machines that may call in."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from heyi.capabilities.staff.domain import ROLES
from heyi.plumbing.ids import new_id
from heyi.plumbing.records import DataClasses, Record


class Branch(Record):
    """A place of business; cases belong to one."""

    data = DataClasses(none=("code", "name", "name_en", "city", "phone"))

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    city = models.CharField(max_length=40)
    phone = models.CharField(max_length=30, blank=True)


class User(AbstractUser):
    """A member of staff who can log in. What they may do stands in RoleGrant, never in the flags of the library."""

    data = DataClasses(
        c3=("password",),
        c1=("username", "first_name", "last_name", "email", "display_name", "staff_no", "phone", "last_login"),
        none=(
            "branch",
            "skills",
            "is_superuser",
            "is_staff",
            "is_active",
            "date_joined",
            "groups",
            "user_permissions",
            "password_given_at",
        ),
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    display_name = models.CharField(max_length=60, blank=True)
    staff_no = models.CharField(max_length=30, blank=True)
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    skills = models.JSONField(default=list, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    password_given_at = models.DateTimeField(null=True, blank=True)
    """When somebody else chose the password; empty once its owner chose one. Until then nothing else is open."""

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(fields=["staff_no"], condition=~Q(staff_no=""), name="staff_no_once"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return str(self)


class StaffPhoto(Record):
    """The picture of a member that the public page shows: small, made anew, nothing but pixels (JPEG)."""

    data = DataClasses(c1=("picture", "by"), none=("member",))

    member = models.OneToOneField(User, on_delete=models.PROTECT, related_name="photo")
    picture = models.BinaryField()
    by = models.CharField(max_length=60)


class RoleGrant(Record):
    """One role of one member: who gave it, when, why, until when; and who took it back."""

    data = DataClasses(
        c1=("reason", "revoke_reason"),
        none=("member", "role", "granted_by", "until", "revoked_at", "revoked_by"),
    )

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20)
    granted_by = models.CharField(max_length=60)
    reason = models.CharField(max_length=200)
    until = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=60, blank=True)
    revoke_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=sorted(ROLES)), name="role_is_known"),
            models.UniqueConstraint(fields=["member", "role"], condition=Q(revoked_at__isnull=True), name="role_once"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by="") | Q(revoked_at__isnull=False) & ~Q(revoked_by=""),
                name="role_revoked_by_someone",
            ),
        ]


class AccountAct(Record):
    """What was done to an account and why: closed, opened again, a new way to log in. Never changed or deleted."""

    data = DataClasses(c1=("reason",), none=("member", "act", "done_by"))

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="acts")
    act = models.CharField(max_length=30)
    done_by = models.CharField(max_length=60)
    reason = models.CharField(max_length=200)


class Preference(Record):
    """A setting of one's own pages, such as the columns of a list."""

    data = DataClasses(none=("member", "name", "value"))

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "name"], name="preference_once")]


class BranchPass(Record):
    """Leave to see one case of another branch, with the reason, for some hours. Never prolonged: ask again."""

    data = DataClasses(c2=("reason_sealed",), none=("member", "case_id", "branch", "until"))

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField()
    branch = models.CharField(max_length=20)
    reason_sealed = models.BinaryField()
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["member", "case_id", "until"], name="branch_pass_in_force")]


class ApiClient(Record):
    """A machine that may call the API: the bank's own, or (``agency``) one of an agency, which has no branches.

    The key itself is shown once and kept nowhere: only its SHA-256.
    """

    data = DataClasses(
        c3=("key_hash",),
        c1=("revoke_reason",),
        none=("name", "branches", "agency", "created_by", "until", "revoked_at", "revoked_by"),
    )

    name = models.CharField(max_length=60, unique=True)
    key_hash = models.CharField(max_length=64, unique=True)
    branches = models.JSONField()
    agency = models.ForeignKey("staff.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="clients")
    created_by = models.CharField(max_length=60)
    until = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=60, blank=True)
    revoke_reason = models.CharField(max_length=200, blank=True)
