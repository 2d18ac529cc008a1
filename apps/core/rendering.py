"""How a form's field is drawn: with the site's own component."""

from django.forms.renderers import TemplatesSetting


class FieldRenderer(TemplatesSetting):
    """Django's templates, with the component for a field."""

    field_template_name = "components/form_field.html"
