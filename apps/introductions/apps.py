"""App configuration."""

from django.apps import AppConfig


class IntroductionsConfig(AppConfig):
    name = "apps.introductions"
    label = "introductions"
