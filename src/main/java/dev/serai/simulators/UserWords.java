package dev.serai.simulators;

import java.util.List;

/** What simulated users are made of. Names of people and places are invented. */
final class UserWords {

    static final List<String> FIRST_NAMES = List.of(
            "Alwin", "Brisa", "Corvin", "Delphia", "Edda", "Fenno", "Gisela", "Harlo", "Ilka", "Jorun", "Kaia",
            "Lorcan", "Mirelle", "Nevin", "Odalys", "Perrin", "Quilla", "Runa", "Saskia", "Tamsin", "Ulric", "Velda",
            "Wendel", "Xanthe", "Yorick", "Zelma", "D'Arcy", "Ta'lia");

    static final List<String> LAST_NAMES = List.of(
            "Ashgrove",
            "Birkwood",
            "Calloway",
            "Dunmere",
            "Elverton",
            "Farrowby",
            "Glenshaw",
            "Hartwick",
            "Inglemoor",
            "Juniper",
            "Kestrel",
            "Larkspur",
            "Merriden",
            "Northcott",
            "Oakhollow",
            "Pendry",
            "Quarrie",
            "Rookwell",
            "Silverton",
            "Thistleby",
            "Underhay",
            "Vannerly",
            "Wexcombe",
            "Yarrowdale",
            "O'Fenn",
            "O'Larkin",
            "D'Orval",
            "O'Tharne");

    static final List<String> GENDERS =
            List.of("Male", "Female", "Agender", "Bigender", "Genderfluid", "Genderqueer", "Non-binary", "Polygender");

    static final List<String> MAIL_DOMAINS = List.of("example.com", "example.org", "example.net");

    static final List<String> JOB_LEVELS =
            List.of("Senior", "Junior", "Regional", "Chief", "Deputy", "Travelling", "Lead", "Assistant");
    static final List<String> JOB_FIELDS =
            List.of("Warehouse", "Harbour", "Ledger", "Cartography", "Textile", "Observatory", "Orchard", "Signals");
    static final List<String> JOB_ROLES =
            List.of("Keeper", "Surveyor", "Clerk", "Planner", "Engineer", "Officer", "Inspector", "Archivist");
    static final List<String> SKILLS = List.of(
            "Patience", "Bookkeeping", "Clear writing", "Listening", "Map reading", "Well organised", "Curiosity");

    static final List<String> CITY_STARTS =
            List.of("Amber", "Bright", "Copper", "Elder", "Fair", "Grey", "High", "Lower ", "Mill", "New ", "Port ");
    static final List<String> CITY_ENDS =
            List.of("ford", "haven", "mouth", "field", "bridge", "wick", "stead", "marsh", "brook", "gate");
    static final List<String> STREET_NAMES =
            List.of("Tanner", "Saddler", "Lantern", "Juniper", "Weaver", "Cooper", "Orchard", "Quay", "Bellfounder");
    static final List<String> STREET_KINDS = List.of("Street", "Lane", "Row", "Wharf", "Rise", "Crescent", "Walk");
    static final List<String> STATES = List.of(
            "Alaska", "Georgia", "Idaho", "Kansas", "Maine", "Nevada", "New Mexico", "Ohio", "Vermont", "Wyoming");

    static final List<String> PLANS = List.of(
            "Basic",
            "Bronze",
            "Business",
            "Diamond",
            "Essential",
            "Free Trial",
            "Gold",
            "Premium",
            "Silver",
            "Starter");
    static final List<String> STATUSES = List.of("Active", "Blocked", "Idle", "Pending");
    static final List<String> PAYMENT_METHODS =
            List.of("Cash", "Cheque", "Credit card", "Debit card", "Money transfer", "Paypal");
    static final List<String> TERMS = List.of("Annual", "Full subscription", "Monthly", "Payment in advance");

    private UserWords() {}
}
