from django.apps import AppConfig


class ContactConfig(AppConfig):
    name = "heyi.capabilities.contact"
    label = "contact"

    def ready(self) -> None:
        from heyi.capabilities.contact.adapters import egress

        egress.install()
