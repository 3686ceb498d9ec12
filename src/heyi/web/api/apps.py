from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "heyi.web.api"
    label = "api"
