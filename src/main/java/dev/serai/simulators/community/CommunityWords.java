package dev.serai.simulators.community;

import java.util.List;

/** What the simulated community is made of. Names of people are invented; the country codes are those of ISO 3166-1. */
final class CommunityWords {

    static final List<String> FIRST_NAMES = List.of(
            "Ailsa", "Bram", "Cato", "Delia", "Enzo", "Fleur", "Gwen", "Hamish", "Idris", "Juno", "Keir", "Lotte",
            "Magnus", "Nadia", "Orla", "Piet", "Quinn", "Rhona", "Silas", "Thea", "Una", "Vito", "Wilma", "Yusuf");

    static final List<String> LAST_NAMES = List.of(
            "Aldercroft",
            "Bramhall",
            "Cotterill",
            "Dewhirst",
            "Eastwell",
            "Fallowes",
            "Gadsby",
            "Holroyd",
            "Ibbotson",
            "Jessop",
            "Kirkbride",
            "Langstaff",
            "Mossop",
            "Nettleton",
            "O'Hallan",
            "Penhale",
            "Ramsbottom",
            "Skelton",
            "Tunnicliffe",
            "Wainscott");

    static final List<String> GENDERS = List.of("Male", "Female");

    static final List<String> COACHES = List.of("Anna K", "Ben T", "Chloe M", "Dev R", "Erin S");

    static final List<String> POST_AREAS = List.of(
            "AB", "BA", "BH", "BT", "CA", "CF", "CH", "CT", "CW", "DG", "DN", "EH", "EX", "GL", "GU", "HS", "IP", "KT",
            "KY", "LD", "LE", "LN", "NE", "NR", "OX", "PE", "PL", "RM", "SA", "SY", "TR", "WR", "YO");

    static final List<String> COUNTRIES = List.of(("AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ "
                    + "BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
                    + "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET "
                    + "FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU "
                    + "ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ "
                    + "LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ "
                    + "NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW "
                    + "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ "
                    + "TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW")
            .split(" ", -1));

    static final String LETTERS = "ABDEFGHJLNPQRSTUWXYZ";
    static final String MESSAGE_CHARACTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*()[]";

    private CommunityWords() {}
}
