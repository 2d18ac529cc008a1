"""The price of a unit keeps six decimals."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="opportunity",
            name="unit_price",
            field=models.DecimalField(
                blank=True, decimal_places=6, max_digits=22, null=True, verbose_name="price of a unit"
            ),
        ),
    ]
