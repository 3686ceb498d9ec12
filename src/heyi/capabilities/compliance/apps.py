from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "heyi.capabilities.compliance"
    label = "compliance"
