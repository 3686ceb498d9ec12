"""People of the bank."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from heyi.plumbing.ids import new_id
from heyi.plumbing.records import DataClasses


class User(AbstractUser):
    """A member of staff who can log in."""

    data = DataClasses(
        c3=("password",),
        c1=("username", "first_name", "last_name", "email"),
        none=("last_login", "is_superuser", "is_staff", "is_active", "date_joined", "groups", "user_permissions"),
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
