//! Generated from `spec/registry/defaults.toml` by `tests/registry_codegen`: do not edit.

use crate::registry::{DataFlow, DataFlowRow};

/// Data that could leave a device, and what holds where nobody chose.
pub static DATA_FLOWS: [DataFlowRow; 17] = [
    DataFlowRow {
        name: "usage_detail",
        default: DataFlow::Off,
        behaviour: true,
        text: "Use by app, category or hour: anything finer than the seconds claimed and spent of a shared budget.",
    },
    DataFlowRow {
        name: "web_activity",
        default: DataFlow::Off,
        behaviour: true,
        text: "Hosts that were opened or denied.",
    },
    DataFlowRow {
        name: "denials",
        default: DataFlow::Off,
        behaviour: true,
        text: "What was denied, and how often.",
    },
    DataFlowRow {
        name: "contact_activity",
        default: DataFlow::Off,
        behaviour: true,
        text: "With which contacts there was communication, and when; never its content.",
    },
    DataFlowRow {
        name: "purchases",
        default: DataFlow::Off,
        behaviour: true,
        text: "What was bought, beyond what a guardian approved.",
    },
    DataFlowRow {
        name: "location",
        default: DataFlow::Off,
        behaviour: true,
        text: "Where the device is. No message of this version carries it.",
    },
    DataFlowRow {
        name: "age_signal",
        default: DataFlow::Off,
        behaviour: false,
        text: "An age bracket for one audience, given only where a guardian or the platform's account allowed that audience.",
    },
    DataFlowRow {
        name: "push_wakeup",
        default: DataFlow::Off,
        behaviour: false,
        text: "An empty wake-up through a provider of push messages, which ties a device to a household's rhythm.",
    },
    DataFlowRow {
        name: "product_telemetry",
        default: DataFlow::Off,
        behaviour: false,
        text: "Crash reports and counts; without household, dependant, rule or content.",
    },
    DataFlowRow {
        name: "statistics",
        default: DataFlow::Off,
        behaviour: false,
        text: "Counts for research or policy, made on the device and not linkable to a household.",
    },
    DataFlowRow {
        name: "message_content",
        default: DataFlow::Never,
        behaviour: false,
        text: "What a dependant writes, says, sends or receives.",
    },
    DataFlowRow {
        name: "keystrokes",
        default: DataFlow::Never,
        behaviour: false,
        text: "What is typed.",
    },
    DataFlowRow {
        name: "screenshots",
        default: DataFlow::Never,
        behaviour: false,
        text: "What a screen, a camera or a microphone shows.",
    },
    DataFlowRow {
        name: "decryption",
        default: DataFlow::Never,
        behaviour: false,
        text: "Keys or plaintext of traffic that somebody else encrypted.",
    },
    DataFlowRow {
        name: "birth_date",
        default: DataFlow::Never,
        behaviour: false,
        text: "A date of birth, or anything from which one can be computed.",
    },
    DataFlowRow {
        name: "classifier_verdicts",
        default: DataFlow::Never,
        behaviour: false,
        text: "What an on-device classifier said about something.",
    },
    DataFlowRow {
        name: "rights_floor_use",
        default: DataFlow::Never,
        behaviour: false,
        text: "That somebody called an emergency service, a helpline or counselling.",
    },
];

/// Numbers of the specification. Times are seconds unless the name says months.
pub mod constants {
    /// How long one consent of a person covers signing a document for a new place. (R-DOC-021)
    pub const CONSENT_WINDOW: i64 = 600;

    /// Since the freshest beat of a guardian: FRESH ends, STALE begins. (R-REG-008)
    pub const STALE_AFTER: i64 = 86_400;

    /// Since the freshest beat of a guardian: STALE ends, EXPIRED begins. (R-REG-008)
    pub const EXPIRED_AFTER: i64 = 604_800;

    /// Since the freshest beat of a guardian: lifestyle rules fall to the age-band default (60 days). (17-time.md)
    pub const FALLBACK_AFTER: i64 = 5_184_000;

    /// Powered time after which one kind of time source is enough to release at majority (30 days). (17-time.md)
    pub const RELEASE_ALONE_AFTER: i64 = 2_592_000;

    /// From release to erasure (30 days). (17-time.md)
    pub const ERASE_AFTER_RELEASE: i64 = 2_592_000;

    /// A signed time further ahead of boot-time progress than this needs two kinds of source; a wider interval is uncertain time. (17-time.md)
    pub const TIME_JUMP: i64 = 86_400;

    /// Wall time within one boot after which a protected clock may refill budgets once (20 h). (17-time.md)
    pub const REFILL_WALL_TIME: i64 = 72_000;

    /// From the announcement of an act that could lock somebody out to its effect (7 days). (11-consent.md)
    pub const DELAY: i64 = 604_800;

    /// How long a proposal stays open (14 days). (11-consent.md)
    pub const PROPOSAL_LIFE: i64 = 1_209_600;

    /// After which an objection without an answer counts as overdue (14 days). (16-requests.md)
    pub const ANSWER_OWED: i64 = 1_209_600;

    /// Most requests of one dependant on one policy day. (16-requests.md)
    pub const REQUESTS_PER_DAY: u32 = 10;

    /// Most months from setting a rule to its review. (R-POL-022)
    pub const REVIEW_MONTHS: u32 = 12;

    /// How long extra time without an end, an unblock, and a lock outside custody last (24 h). (R-EVAL-041)
    pub const ACT_DAY: i64 = 86_400;

    /// How far ahead the next change of a decision is looked for (8 days). (R-EVAL-051)
    pub const CHANGE_HORIZON: i64 = 691_200;

    /// How far ahead custody is told to enforcement points (8 weeks). (10-membership.md)
    pub const CUSTODY_HORIZON: i64 = 4_838_400;

    /// After which claimed and spent seconds are deleted (48 h). (15-budgets.md)
    pub const POOL_LIFE: i64 = 172_800;

    /// Longest life of a pairing code (10 min). (18-joining.md)
    pub const PAIRING_LIFE: i64 = 600;

    /// Most attempts at one pairing. (18-joining.md)
    pub const PAIRING_ATTEMPTS: u32 = 5;

    /// Longest time between two bookmarks on a watch. (08-relay.md)
    pub const BOOKMARK_INTERVAL: i64 = 60;

    /// From a newer body in a slot to the pruning of the older one (7 days). (08-relay.md)
    pub const PRUNE_AFTER: i64 = 604_800;

    /// How long a restored relay takes verbatim re-appends only (24 h). (09-restore.md)
    pub const RESTORE_WINDOW: i64 = 86_400;

    /// How long members keep sealed bytes for a restored relay (90 days). (09-restore.md)
    pub const KEEP_SEALED: i64 = 7_776_000;

    /// Without a fresh beat, after which a member asks the next relay of the constitution (24 h). (09-restore.md)
    pub const NEXT_RELAY_AFTER: i64 = 86_400;

    /// Longest validity of an age signal (366 days). (R-AGE-008)
    pub const AGE_SIGNAL_LIFE: i64 = 31_622_400;

    /// First pause of a caller that is told to retry. (R-ERR-005)
    pub const BACK_OFF_FIRST: i64 = 1;

    /// Longest pause of a caller that is told to retry (5 min). (R-ERR-005)
    pub const BACK_OFF_MOST: i64 = 300;
}
