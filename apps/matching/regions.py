"""Countries by region of the world, after the World Bank's analytical grouping."""

# East Asia and the Pacific; Europe; Central Asia and the Caucasus; Latin America and the Caribbean; Middle East and North Africa;
# North America; South Asia; Sub-Saharan Africa.
_REGIONS = """
AS AU BN CN CK FJ FM GU HK ID JP KH KI KP KR LA MH MM MN MO MP MY NC NF NR NU NZ PF PG PH PN PW SB SG TH TK TL TO TV
TW UM VN VU WF WS CX CC HM

AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL
NO PL PT RO RS RU SE SI SJ SK SM UA VA

AM AZ GE KG KZ TJ TM TR UZ

AG AI AR AW BB BL BO BQ BR BS BZ CL CO CR CU CW DM DO EC FK GD GF GP GS GT GY HN HT JM KN KY LC MF MQ MS MX NI PA PE
PR PY SR SV SX TC TT UY VC VE VG VI BV

AE BH DJ DZ EG EH IL IQ IR JO KW LB LY MA OM PS QA SA SY TN YE

BM CA GL PM US

AF BD BT IN IO LK MV NP PK

AO BF BI BJ BW CD CF CG CI CM CV ER ET GA GH GM GN GQ GW KE KM LR LS MG ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN
SO SS ST SZ TD TF TG TZ UG YT ZA ZM ZW
"""
REGION_OF = {
    country: number for number, countries in enumerate(_REGIONS.split("\n\n"), start=1) for country in countries.split()
}
