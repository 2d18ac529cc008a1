import pytest, json
from tests.realinput.conftest import *
from tests.matching import deals
from apps.matching import evaluation
pytestmark = pytest.mark.django_db
def test_x(platform, shared_data, tmp_path):
    r=deals.read(shared_data/"cgit_energy_deals_to_2017.csv"); t=deals.read(shared_data/"gcdf_contractor_to_2013.csv")
    for name,f,x in (("deals",deals.deals,r),("texts",deals.texts,t)):
        e,q,tr=deals.write(tmp_path,f([y for y in x if y["split"]=="train"],[y for y in x if y["split"]=="dev"]))
        print(name, evaluation.run(enterprises=e,requests=q,truth=tr)["all"])
