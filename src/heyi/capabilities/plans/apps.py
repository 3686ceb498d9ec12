from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "heyi.capabilities.plans"
    label = "plans"
