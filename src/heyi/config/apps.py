from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Plugs the rooms together once all of them are loaded; stands last in INSTALLED_APPS."""

    name = "heyi.config"
    label = "heyi_config"

    def ready(self) -> None:
        from heyi.config import wiring

        wiring.connect()
