"""The field's vocabulary: enums with their display names.

Values are what statements and files carry and never change; labels are translated when shown. Definitions: GLOSSARY.md.
"""

from enum import StrEnum

from landrelease.i18n import N_, _


class Term(StrEnum):
    """A word of the field: a stable value and a display name."""

    display: str

    def __new__(cls, value: str, display: str = "") -> "Term":
        """Make a member of its value and its English display name (default only for type checkers: lookup by value)."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.display = display
        return member

    @property
    def label(self) -> str:
        """Display name in the user's language."""
        return _(self.display)


class LandClass(Term):
    """Classification of a hazardous area (IMAS 07.11)."""

    INDICATION = "indication", N_("Indication")
    SHA = "sha", N_("Suspected hazardous area")
    CHA = "cha", N_("Confirmed hazardous area")


class HazardKind(Term):
    """What a record of land is."""

    AREA = "area", N_("Area")
    SPOT = "spot", N_("Spot task")
    STORAGE = "storage", N_("Ammunition storage")


class WorkStatus(Term):
    """Where the work on an area stands."""

    OPEN = "open", N_("Open")
    TASKED = "tasked", N_("Tasked")
    WORKED_ON = "worked_on", N_("Worked on")
    SUSPENDED = "suspended", N_("Suspended")
    COMPLETED = "completed", N_("Completed")


class ReleaseStatus(Term):
    """State of one part of a hazardous area; each square metre has exactly one."""

    UNRESOLVED = "unresolved", N_("Unresolved")
    CANCELLED = "cancelled", N_("Cancelled")
    REDUCED = "reduced", N_("Reduced")
    CLEARED = "cleared", N_("Cleared")
    RELEASED = "released", N_("Released")
    HANDED_OVER = "handed_over", N_("Handed over")
    REOPENED = "reopened", N_("Reopened")


class ReleaseRoute(Term):
    """How a part left the unresolved land: by non-technical survey, technical survey or clearance."""

    CANCELLED = "cancelled", N_("Cancelled by non-technical survey")
    REDUCED = "reduced", N_("Reduced by technical survey")
    CLEARED = "cleared", N_("Cleared")


class Effort(Term):
    """What was done for one item of the checklist of all reasonable effort."""

    DONE = "done", N_("Done")
    NOT_APPLICABLE = "not_applicable", N_("Does not apply")
    NOT_DONE = "not_done", N_("Not done")


class Recipient(Term):
    """To whom land is handed over."""

    OWNER = "owner", N_("Owner")
    COMMUNITY = "community", N_("Community")
    LOCAL_AUTHORITY = "local_authority", N_("Local authority")
    ORGANISATION = "organisation", N_("Organisation")


class PostReleaseResult(Term):
    """Outcome of a check of released land."""

    NOTHING_FOUND = "nothing_found", N_("Nothing that contradicts the release")
    ITEM_FOUND = "item_found", N_("Explosive ordnance found")
    ACCIDENT = "accident", N_("Accident with explosive ordnance")
    NEW_EVIDENCE = "new_evidence", N_("New evidence of explosive ordnance")


class EvidenceGrade(Term):
    """Whether evidence shows contamination itself or only suggests it."""

    DIRECT = "direct", N_("Direct")
    INDIRECT = "indirect", N_("Indirect")


class EvidenceKind(Term):
    """What the evidence is. Which kinds are direct is set by the standards profile."""

    DETONATION = "detonation", N_("Detonation")
    ACCIDENT = "accident", N_("Accident")
    MINEFIELD_RECORD = "minefield_record", N_("Minefield record")
    MARKING = "marking", N_("Mine signs or fencing")
    EXPLOSIVE_ITEM = "explosive_item", N_("Explosive item seen")
    STRIKE = "strike", N_("Cluster strike or bombing")
    OLD_SURVEY = "old_survey", N_("Old survey")
    FORMER_COMBAT_ZONE = "former_combat_zone", N_("Former combat zone")
    UNUSED_LAND = "unused_land", N_("Productive land not in use")
    VERBAL_REPORT = "verbal_report", N_("Verbal report")
    LAND_IN_USE = "land_in_use", N_("Land in use without harm")
    SEIZURE = "seizure", N_("Seizure, cache or workshop")
    OTHER = "other", N_("Other")


class HowKnown(Term):
    """How the source knows."""

    VISUAL = "visual", N_("Seen")
    VERBAL = "verbal", N_("Told")
    RECORDS = "records", N_("From records")
    UNKNOWN = "unknown", N_("Not stated")


class Reliability(Term):
    """How far a source has proved reliable."""

    RELIABLE = "reliable", N_("Reliable")
    USUALLY_RELIABLE = "usually_reliable", N_("Usually reliable")
    FAIRLY_RELIABLE = "fairly_reliable", N_("Fairly reliable")
    UNRELIABLE = "unreliable", N_("Unreliable")
    UNKNOWN = "unknown", N_("Cannot be judged")


class PositionQuality(Term):
    """How a position was fixed; a place-level point is never drawn as surveyed."""

    SURVEYED = "surveyed", N_("Surveyed")
    GNSS = "gnss", N_("Satellite receiver")
    MAP = "map", N_("Read from a map")
    PLACE = "place", N_("Placed at a named place")
    ADMIN_AREA = "admin_area", N_("Known only by administrative area")
    UNKNOWN = "unknown", N_("Not stated")


class OrdnanceClass(Term):
    """Class of an item of explosive ordnance."""

    MINE_AP = "mine_ap", N_("Anti-personnel mine")
    MINE_AV = "mine_av", N_("Anti-vehicle mine")
    MINE_IMPROVISED = "mine_improvised", N_("Improvised mine")
    SUBMUNITION = "submunition", N_("Submunition")
    PROJECTILE = "projectile", N_("Projectile")
    MORTAR = "mortar", N_("Mortar bomb")
    ROCKET = "rocket", N_("Rocket")
    MISSILE = "missile", N_("Guided missile")
    GRENADE = "grenade", N_("Grenade")
    AERIAL_BOMB = "aerial_bomb", N_("Aerial bomb")
    FUZE = "fuze", N_("Fuze or initiator")
    BULK_EXPLOSIVE = "bulk_explosive", N_("Bulk explosive")
    SMALL_ARMS = "small_arms", N_("Small arms ammunition")
    PYROTECHNIC = "pyrotechnic", N_("Pyrotechnic or smoke")
    IED = "ied", N_("Improvised explosive device")
    BOOBY_TRAP = "booby_trap", N_("Booby-trap or other device")
    UNDERWATER = "underwater", N_("Underwater ordnance")
    CBRN = "cbrn", N_("Suspected CBRN")
    SCRAP = "scrap", N_("Component or scrap, free from explosive")
    UXO = "uxo", N_("Unexploded ordnance, type not stated")
    UNKNOWN = "unknown", N_("Unknown")


class OrdnanceStatus(Term):
    """Condition class of an item."""

    UXO = "uxo", N_("Unexploded")
    AXO = "axo", N_("Abandoned")
    EMPLACED = "emplaced", N_("Emplaced")
    COMPONENT = "component", N_("Component")
    FFE = "ffe", N_("Free from explosive")
    UNKNOWN = "unknown", N_("Not stated")


class AssetKind(Term):
    """The tool that searches."""

    SURVEY_TEAM = "survey_team", N_("Non-technical survey team")
    TECHNICAL_SURVEY_TEAM = "technical_survey_team", N_("Technical survey team")
    MANUAL_TEAM = "manual_team", N_("Manual clearance team")
    DOG_TEAM = "dog_team", N_("Dog team")
    MACHINE = "machine", N_("Machine")
    EOD_TEAM = "eod_team", N_("EOD team")
    QA_TEAM = "qa_team", N_("QA team")
    MEDICAL_TEAM = "medical_team", N_("Medical team")


class Activity(Term):
    """Kind of work."""

    NTS = "nts", N_("Non-technical survey")
    TS = "ts", N_("Technical survey")
    MECHANICAL = "mechanical", N_("Mechanical preparation")
    CLEARANCE = "clearance", N_("Clearance")
    BAC = "bac", N_("Battle area clearance")
    EOD = "eod", N_("EOD spot task")
    QA = "qa", N_("Quality control")
    HANDOVER = "handover", N_("Handover")


class ReportStage(Term):
    """Whether a clearance report continues or ends the work."""

    PROGRESS = "progress", N_("Progress")
    COMPLETION = "completion", N_("Completion")


class SectorResult(Term):
    """What a technical survey sector showed."""

    POSITIVE = "positive", N_("Positive")
    NEGATIVE = "negative", N_("Negative")
    UNTESTED = "untested", N_("Untested")


class ReviewVerdict(Term):
    """A reviewer's verdict on statements."""

    ACCEPTED = "accepted", N_("Accepted")
    RETURNED = "returned", N_("Returned for correction")
    REJECTED = "rejected", N_("Rejected")


class Standing(Term):
    """Where a statement stands in the register."""

    PENDING = "pending", N_("Pending review")
    OFFICIAL = "official", N_("Official")
    RETURNED = "returned", N_("Returned")
    REJECTED = "rejected", N_("Rejected")
    REVOKED = "revoked", N_("Revoked: signed with a key after it was revoked")
    SUPERSEDED = "superseded", N_("Superseded")
    WITHDRAWN = "withdrawn", N_("Withdrawn")


class NonconformitySeverity(Term):
    """How serious a departure from requirements is."""

    CRITICAL = "critical", N_("Critical")
    MAJOR = "major", N_("Major")
    MINOR = "minor", N_("Minor")
    OBSERVATION = "observation", N_("Observation")


class QualityResult(Term):
    """Outcome of a QA visit or QC inspection."""

    PASS = "pass", N_("Passed")
    FAIL = "fail", N_("Failed")
    SUSPENDED = "suspended", N_("Operations suspended")


class AccidentKind(Term):
    """Kind of accident."""

    DEMINING = "demining", N_("Demining accident")
    MINE = "mine", N_("Mine accident")
    UXO = "uxo", N_("UXO or AXO accident")
    CLUSTER = "cluster", N_("Cluster munition accident")
    IED = "ied", N_("IED accident")
    STORED_AMMUNITION = "stored_ammunition", N_("Stored ammunition accident")
    ROAD = "road", N_("Road accident on duty")
    ATTACK = "attack", N_("Attack on a team")
    OTHER = "other", N_("Other accident")


class VictimOutcome(Term):
    """What happened to a victim."""

    KILLED = "killed", N_("Killed")
    INJURED = "injured", N_("Injured")
    UNKNOWN = "unknown", N_("Not stated")


class PersonGroup(Term):
    """Who a victim was at the time."""

    CIVILIAN = "civilian", N_("Civilian")
    SECURITY_FORCES = "security_forces", N_("Security forces")
    DEMINER = "deminer", N_("Deminer")
    UNKNOWN = "unknown", N_("Not stated")


class Sex(Term):
    """Sex, as reported."""

    FEMALE = "female", N_("Female")
    MALE = "male", N_("Male")
    UNKNOWN = "unknown", N_("Not stated")


class AgeGroup(Term):
    """Age group, as reported."""

    ADULT = "adult", N_("18 and over")
    CHILD = "child", N_("Under 18")
    UNKNOWN = "unknown", N_("Not stated")


class ClaimDefinition(Term):
    """What a claim means by 'cleared'."""

    INSPECTED = "inspected", N_("Inspected")
    SEARCHED = "searched", N_("Searched")
    REDUCED = "reduced", N_("Reduced")
    CLEARED = "cleared", N_("Cleared to depth")
    CERTIFIED = "certified", N_("Certified")
    NOT_STATED = "not_stated", N_("Not stated")
    NOT_APPLICABLE = "not_applicable", N_("Does not speak of land or items dealt with")


class SpeakerInterest(Term):
    """What a speaker has to do with what is claimed; not a judgement of truth."""

    PARTY = "party", N_("Party to what is claimed")
    OPPOSING_PARTY = "opposing_party", N_("Opposing party")
    PAID = "paid", N_("Paid for what is claimed")
    THIRD_PARTY = "third_party", N_("Third party")
    UNKNOWN = "unknown", N_("Not stated")


class FigureBound(Term):
    """How exactly a claimed figure was said."""

    EXACT = "exact", N_("Exactly")
    ABOUT = "about", N_("About")
    AT_LEAST = "at_least", N_("At least")
    AT_MOST = "at_most", N_("At most")


class ClaimVerdict(Term):
    """How someone answered a claim."""

    ACKNOWLEDGED = "acknowledged", N_("Acknowledged")
    DENIED = "denied", N_("Denied")
    CORRECTED = "corrected", N_("Corrected")


class ClaimMeasure(Term):
    """A figure by which a claim is compared; the unit is in the name."""

    AREA_A_PERSON_DAY = "area_a_person_day", N_("Area, m² a person-day")
    ITEMS_A_PERSON_DAY = "items_a_person_day", N_("Items a person-day")
    MINUTES_A_PERSON_DAY = "minutes_a_person_day", N_("Minutes a person-day on the items alone")
    ITEMS_A_HECTARE = "items_a_hectare", N_("Items a hectare")
    DEATHS_A_1000_PERSON_YEARS = "deaths_a_1000_person_years", N_("Deaths for 1,000 person-years")
    DEATHS_A_KM2 = "deaths_a_km2", N_("Deaths a km²")
    ITEMS_A_DEATH = "items_a_death", N_("Items for one death")
    AREA_M2 = "area_m2", N_("Area in all, m²")
    ITEMS = "items", N_("Items in all")


class Fit(Term):
    """Where a claimed figure lies against a range."""

    BELOW = "below", N_("Below the range")
    WITHIN = "within", N_("Within the range")
    ABOVE = "above", N_("Above the range")


class Ground(Term):
    """Ground, as far as it changes the pace of work."""

    OPEN = "open", N_("Open ground")
    VEGETATED = "vegetated", N_("Vegetated")
    WOODED = "wooded", N_("Wooded")
    URBAN = "urban", N_("Built-up")
    STEEP = "steep", N_("Steep")
    UNKNOWN = "unknown", N_("Not stated")


class KeyRole(Term):
    """What the holder of a key may do."""

    AUTHORITY = "authority", N_("Authority: writes, grants and revokes keys")
    NODE = "node", N_("Node: writes entries")
    OFFICER = "officer", N_("Signing officer: signs single entries")
    WITNESS = "witness", N_("Witness: cosigns checkpoints")


class AttachmentKind(Term):
    """What an attached file is."""

    PHOTO = "photo", N_("Photograph")
    SCAN = "scan", N_("Scanned paper")
    DOCUMENT = "document", N_("Document")
    TRACK = "track", N_("Track or device log")
    SOURCE_FILE = "source_file", N_("Source file of an import")
    PERSONAL_DATA = "personal_data", N_("Personal data")
    OTHER = "other", N_("Other file")


class IncidentKind(Term):
    """What went wrong with the record itself."""

    FORK = "fork", N_("Two entries of one node with the same number")
    LOG_INCONSISTENT = "log_inconsistent", N_("A log that contradicts its earlier checkpoint")
    KEY_MISUSED = "key_misused", N_("Entries signed with a revoked or foreign key")


class ConflictGrade(Term):
    """How far two corrections of one statement contradict each other."""

    SOFT = "soft", N_("Soft: they change different fields")
    HARD = "hard", N_("Hard: they change the same field to different values")


class Independence(Term):
    """How far an inspector stands from what is inspected (standards, invariant 8)."""

    INTERNAL = "internal", N_("Internal: the organisation inspects itself")
    EXTERNAL = "external", N_("External: another organisation")
    AUTHORITY = "authority", N_("Mine action authority or centre")


class ChecklistAnswer(Term):
    """Answer to one item of a QA checklist; an item that is left out was not looked at."""

    YES = "yes", N_("Yes")
    NO = "no", N_("No")
    NOT_APPLICABLE = "not_applicable", N_("Does not apply")


class NonconformityOrigin(Term):
    """How a nonconformity came to light."""

    VISIT = "visit", N_("QA visit or QC inspection")
    AUTOMATIC_CHECK = "automatic_check", N_("Automatic check of reports")
    SAFETY_CHECK = "safety_check", N_("Safety limits of the profile")
    ACCIDENT = "accident", N_("Accident or incident")
    LOOK_BACK = "look_back", N_("Look-back after an item in released land")
    REPORTED = "reported", N_("Reported by a person")


class NonconformityState(Term):
    """Where a nonconformity stands; it closes only by a verification (IMAS 07.12)."""

    OPEN = "open", N_("Open")
    PLANNED = "planned", N_("Corrective action planned")
    CORRECTED = "corrected", N_("Corrected, not yet verified")
    CLOSED = "closed", N_("Closed: correction verified")
    EFFECTIVE = "effective", N_("Closed and found effective")


class ContributingFactor(Term):
    """What contributed to an accident, after the note codes of the Database of Demining Accidents."""

    AREA_MARKING = "area_marking", N_("Area marking inadequate")
    COMMUNICATIONS = "communications", N_("Communications inadequate")
    EQUIPMENT = "equipment", N_("Equipment inadequate")
    INVESTIGATION = "investigation", N_("Earlier investigation inadequate")
    MEDICAL_PROVISION = "medical_provision", N_("Medical provision inadequate")
    DETECTOR = "detector", N_("Detector inadequate")
    TRAINING = "training", N_("Training inadequate")
    DETECTOR_NOT_USED = "detector_not_used", N_("Detector not used")
    PINPOINTING = "pinpointing", N_("Pinpointing of a signal")
    DOG_MISSED = "dog_missed", N_("Missed by a dog")
    MECHANICAL_FOLLOW_UP = "mechanical_follow_up", N_("Follow-up behind a machine")
    ITEM_IN_CLEARED_AREA = "item_in_cleared_area", N_("Item in a cleared area")
    PRESSURE_TO_HURRY = "pressure_to_hurry", N_("Pressure to hurry")
    PPE_NOT_WORN = "ppe_not_worn", N_("Protective equipment not worn")
    VISOR_RAISED = "visor_raised", N_("Visor raised")
    DISTANCES_IGNORED = "distances_ignored", N_("Distances not kept")
    POSTURE = "posture", N_("Posture")
    HAND_TOOL = "hand_tool", N_("Type of hand tool")
    VEGETATION = "vegetation", N_("Vegetation")
    VICTIM_ILL = "victim_ill", N_("Victim was ill")
    OTHER = "other", N_("Other")


class AccidentActivity(Term):
    """What a person was doing when an accident happened."""

    EXCAVATION = "excavation", N_("Excavation")
    DETECTION = "detection", N_("Searching with a detector or probe")
    VEGETATION_CUTTING = "vegetation_cutting", N_("Cutting vegetation")
    SURVEY = "survey", N_("Survey")
    DISPOSAL = "disposal", N_("Handling or disposal of an item")
    MACHINE_WORK = "machine_work", N_("Work with a machine")
    DOG_WORK = "dog_work", N_("Work with a dog")
    QUALITY_INSPECTION = "quality_inspection", N_("QA visit or QC inspection")
    WALKING = "walking", N_("Walking on the worksite")
    TRAVEL = "travel", N_("On the road")
    REST = "rest", N_("At rest or in camp")
    OTHER = "other", N_("Other")


class AccidentCause(Term):
    """What set an accident off, in neutral words."""

    ITEM_BEING_DEALT_WITH = "item_being_dealt_with", N_("Item being uncovered or dealt with")
    ITEM_NOT_YET_FOUND = "item_not_yet_found", N_("Item not yet found, on ground still to be searched")
    ITEM_MISSED = "item_missed", N_("Item in ground searched before")
    DEMOLITION = "demolition", N_("Planned demolition")
    VEHICLE = "vehicle", N_("Vehicle or traffic")
    ATTACK = "attack", N_("Attack")
    HEALTH = "health", N_("Heat or illness")
    OTHER = "other", N_("Other")


class AccreditationPhase(Term):
    """What an accreditation is for (IMAS 07.30)."""

    ORGANISATIONAL = "organisational", N_("Organisational")
    OPERATIONAL = "operational", N_("Operational")


class AccreditationStatus(Term):
    """Whether an accreditation may be relied on."""

    GRANTED = "granted", N_("Granted")
    SUSPENDED = "suspended", N_("Suspended")
    WITHDRAWN = "withdrawn", N_("Withdrawn")


class OnBreach(Term):
    """What happens to a plan or a day report that breaks a rule."""

    REFUSE = "refuse", N_("Refuse")
    FLAG = "flag", N_("Flag")


class SafetyRule(Term):
    """A limit on the work of people and dogs, or a condition of it (IMAS 10.20, 10.40, 07.30)."""

    STINT = "stint", N_("Length of a work stint")
    BREAK = "break", N_("Break between stints")
    DAILY_HOURS = "daily_hours", N_("Minutes of work a day")
    HEAT = "heat", N_("Heat in which work stops")
    DAYS_ON = "days_on", N_("Work days without a rest day")
    LEAVE = "leave", N_("Days without leave")
    DISTANCE = "distance", N_("Distance between workers")
    MEDIC = "medic", N_("Medic on the site")
    EVACUATION_VEHICLE = "evacuation_vehicle", N_("Vehicle for evacuation on the site")
    EVACUATION_TIME = "evacuation_time", N_("Time of evacuation")
    ACCREDITATION = "accreditation", N_("Accreditation in date")
    INSURANCE = "insurance", N_("Insurance in date")
    QUALIFICATION = "qualification", N_("Qualification in date")
    MEDICAL_PLAN = "medical_plan", N_("Medical plan")
