-- What a country code means: the 249 codes of ISO 3166-1 with the continents and regions of the UN (M49). M49 has no
-- entry for TW, which is counted where it lies, and no region for AQ.

create table community.country (
    country_code text primary key check (country_code ~ '^[A-Z]{2}$'),
    name         text not null,
    continent    text not null,
    region       text not null
);
comment on table community.country is 'Reference: the countries of ISO 3166-1 and where they are';
comment on column community.country.country_code is 'ISO 3166-1 alpha-2 code';
comment on column community.country.name is 'Short English name';
comment on column community.country.continent is 'Africa, Americas, Antarctica, Asia, Europe, Oceania: the UN''s regions';
comment on column community.country.region is 'The UN''s sub-region, and its intermediate region for Africa south of the Sahara and for Latin America';

insert into community.country (country_code, name, continent, region)
select left(entry, 2), substr(entry, 4), continent, region
from (values
    ('Africa', 'Northern Africa',
     'DZ Algeria|EG Egypt|EH Western Sahara|LY Libya|MA Morocco|SD Sudan|TN Tunisia'),
    ('Africa', 'Eastern Africa',
     'BI Burundi|DJ Djibouti|ER Eritrea|ET Ethiopia|IO British Indian Ocean Territory|KE Kenya|KM Comoros|MG Madagascar'
     '|MU Mauritius|MW Malawi|MZ Mozambique|RE Réunion|RW Rwanda|SC Seychelles|SO Somalia|SS South Sudan'
     '|TF French Southern Territories|TZ Tanzania|UG Uganda|YT Mayotte|ZM Zambia|ZW Zimbabwe'),
    ('Africa', 'Middle Africa',
     'AO Angola|CD Congo (Democratic Republic)|CF Central African Republic|CG Congo|CM Cameroon|GA Gabon'
     '|GQ Equatorial Guinea|ST São Tomé and Príncipe|TD Chad'),
    ('Africa', 'Southern Africa',
     'BW Botswana|LS Lesotho|NA Namibia|SZ Eswatini|ZA South Africa'),
    ('Africa', 'Western Africa',
     'BF Burkina Faso|BJ Benin|CI Côte d''Ivoire|CV Cabo Verde|GH Ghana|GM Gambia|GN Guinea|GW Guinea-Bissau|LR Liberia'
     '|ML Mali|MR Mauritania|NE Niger|NG Nigeria|SH Saint Helena, Ascension and Tristan da Cunha|SL Sierra Leone'
     '|SN Senegal|TG Togo'),
    ('Americas', 'Northern America',
     'BM Bermuda|CA Canada|GL Greenland|PM Saint Pierre and Miquelon|US United States'),
    ('Americas', 'Caribbean',
     'AG Antigua and Barbuda|AI Anguilla|AW Aruba|BB Barbados|BL Saint Barthélemy|BQ Bonaire, Sint Eustatius and Saba'
     '|BS Bahamas|CU Cuba|CW Curaçao|DM Dominica|DO Dominican Republic|GD Grenada|GP Guadeloupe|HT Haiti|JM Jamaica'
     '|KN Saint Kitts and Nevis|KY Cayman Islands|LC Saint Lucia|MF Saint Martin|MQ Martinique|MS Montserrat'
     '|PR Puerto Rico|SX Sint Maarten|TC Turks and Caicos Islands|TT Trinidad and Tobago'
     '|VC Saint Vincent and the Grenadines|VG Virgin Islands (British)|VI Virgin Islands (U.S.)'),
    ('Americas', 'Central America',
     'BZ Belize|CR Costa Rica|GT Guatemala|HN Honduras|MX Mexico|NI Nicaragua|PA Panama|SV El Salvador'),
    ('Americas', 'South America',
     'AR Argentina|BO Bolivia|BR Brazil|BV Bouvet Island|CL Chile|CO Colombia|EC Ecuador|FK Falkland Islands (Malvinas)'
     '|GF French Guiana|GS South Georgia and the South Sandwich Islands|GY Guyana|PE Peru|PY Paraguay|SR Suriname'
     '|UY Uruguay|VE Venezuela'),
    ('Antarctica', 'Antarctica',
     'AQ Antarctica'),
    ('Asia', 'Central Asia',
     'KG Kyrgyzstan|KZ Kazakhstan|TJ Tajikistan|TM Turkmenistan|UZ Uzbekistan'),
    ('Asia', 'Eastern Asia',
     'CN China|HK Hong Kong|JP Japan|KP Korea (Democratic People''s Republic)|KR Korea (Republic)|MN Mongolia|MO Macao'
     '|TW Taiwan'),
    ('Asia', 'South-eastern Asia',
     'BN Brunei Darussalam|ID Indonesia|KH Cambodia|LA Lao People''s Democratic Republic|MM Myanmar|MY Malaysia'
     '|PH Philippines|SG Singapore|TH Thailand|TL Timor-Leste|VN Viet Nam'),
    ('Asia', 'Southern Asia',
     'AF Afghanistan|BD Bangladesh|BT Bhutan|IN India|IR Iran|LK Sri Lanka|MV Maldives|NP Nepal|PK Pakistan'),
    ('Asia', 'Western Asia',
     'AE United Arab Emirates|AM Armenia|AZ Azerbaijan|BH Bahrain|CY Cyprus|GE Georgia|IL Israel|IQ Iraq|JO Jordan'
     '|KW Kuwait|LB Lebanon|OM Oman|PS Palestine|QA Qatar|SA Saudi Arabia|SY Syria|TR Türkiye|YE Yemen'),
    ('Europe', 'Eastern Europe',
     'BG Bulgaria|BY Belarus|CZ Czechia|HU Hungary|MD Moldova|PL Poland|RO Romania|RU Russian Federation|SK Slovakia'
     '|UA Ukraine'),
    ('Europe', 'Northern Europe',
     'AX Åland Islands|DK Denmark|EE Estonia|FI Finland|FO Faroe Islands|GB United Kingdom|GG Guernsey|IE Ireland'
     '|IM Isle of Man|IS Iceland|JE Jersey|LT Lithuania|LV Latvia|NO Norway|SE Sweden|SJ Svalbard and Jan Mayen'),
    ('Europe', 'Southern Europe',
     'AD Andorra|AL Albania|BA Bosnia and Herzegovina|ES Spain|GI Gibraltar|GR Greece|HR Croatia|IT Italy|ME Montenegro'
     '|MK North Macedonia|MT Malta|PT Portugal|RS Serbia|SI Slovenia|SM San Marino|VA Holy See'),
    ('Europe', 'Western Europe',
     'AT Austria|BE Belgium|CH Switzerland|DE Germany|FR France|LI Liechtenstein|LU Luxembourg|MC Monaco|NL Netherlands'),
    ('Oceania', 'Australia and New Zealand',
     'AU Australia|CC Cocos (Keeling) Islands|CX Christmas Island|HM Heard Island and McDonald Islands|NF Norfolk Island'
     '|NZ New Zealand'),
    ('Oceania', 'Melanesia',
     'FJ Fiji|NC New Caledonia|PG Papua New Guinea|SB Solomon Islands|VU Vanuatu'),
    ('Oceania', 'Micronesia',
     'FM Micronesia (Federated States)|GU Guam|KI Kiribati|MH Marshall Islands|MP Northern Mariana Islands|NR Nauru'
     '|PW Palau|UM United States Minor Outlying Islands'),
    ('Oceania', 'Polynesia',
     'AS American Samoa|CK Cook Islands|NU Niue|PF French Polynesia|PN Pitcairn|TK Tokelau|TO Tonga|TV Tuvalu'
     '|WF Wallis and Futuna|WS Samoa')
) as region (continent, region, entries)
cross join lateral string_to_table(entries, '|') as entry;
