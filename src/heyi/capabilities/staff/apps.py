from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "heyi.capabilities.staff"
    label = "staff"
