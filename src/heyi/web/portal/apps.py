from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "heyi.web.portal"
    label = "portal"
