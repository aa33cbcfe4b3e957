//! Generated from `spec/registry/defaults.toml` by `tests/registry_codegen`: do not edit.

use crate::registry::{DataFlow, DataFlowRow};

/// Data that could leave a device, and what holds where nobody chose.
pub static DATA_FLOWS: [DataFlowRow; 17] = [
    DataFlowRow {
        name: "usage_detail",
        default: DataFlow::Off,
        behaviour: true,
        text: "Seconds of use finer than per budget and period, by app or category.",
    },
    DataFlowRow {
        name: "denial_counts",
        default: DataFlow::Off,
        behaviour: true,
        text: "How often each area of rules denied in a week; never what.",
    },
    DataFlowRow {
        name: "purchase_sums",
        default: DataFlow::Off,
        behaviour: true,
        text: "Money spent in a month, beyond whether a cap holds.",
    },
    DataFlowRow {
        name: "age_signal",
        default: DataFlow::Off,
        behaviour: false,
        text: "An age bracket for one audience.",
    },
    DataFlowRow {
        name: "push_wakeup",
        default: DataFlow::Off,
        behaviour: false,
        text: "An empty wake-up through a push service, which ties an app to a household's rhythm.",
    },
    DataFlowRow {
        name: "diagnostics",
        default: DataFlow::Off,
        behaviour: false,
        text: "A crash report, log file or support file as R-OPS-014 bounds it.",
    },
    DataFlowRow {
        name: "statistics",
        default: DataFlow::Off,
        behaviour: false,
        text: "Statistics for research or policy as R-PRIV-015 bounds them.",
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
        name: "pictures_and_sound",
        default: DataFlow::Never,
        behaviour: false,
        text: "What a screen, a camera or a microphone shows or hears.",
    },
    DataFlowRow {
        name: "decryption",
        default: DataFlow::Never,
        behaviour: false,
        text: "Keys or plaintext of what somebody else encrypted.",
    },
    DataFlowRow {
        name: "birth_date",
        default: DataFlow::Never,
        behaviour: false,
        text: "A date of birth, or anything from which one can be computed.",
    },
    DataFlowRow {
        name: "places",
        default: DataFlow::Never,
        behaviour: false,
        text: "Where a device or a person is or was.",
    },
    DataFlowRow {
        name: "visits",
        default: DataFlow::Never,
        behaviour: false,
        text: "Which hosts, pages or titles were opened, asked for or searched.",
    },
    DataFlowRow {
        name: "contact_activity",
        default: DataFlow::Never,
        behaviour: false,
        text: "With whom there was communication, and when.",
    },
    DataFlowRow {
        name: "classifier_verdicts",
        default: DataFlow::Never,
        behaviour: false,
        text: "What a classifier on the device said about something.",
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

    /// Since the freshest beat of a guardian: FRESH ends, STALE begins. (R-TIME-012)
    pub const STALE_AFTER: i64 = 86_400;

    /// Since the freshest beat of a guardian: STALE ends, EXPIRED begins. (R-TIME-012)
    pub const EXPIRED_AFTER: i64 = 604_800;

    /// Since the freshest beat of a guardian: lifestyle rules fall to the age-band default (60 days). (R-TIME-012)
    pub const FALLBACK_AFTER: i64 = 5_184_000;

    /// Powered time after which one kind of time source is enough to release at majority (30 days). (R-TIME-013)
    pub const RELEASE_ALONE_AFTER: i64 = 2_592_000;

    /// From release to erasure (30 days). (R-TIME-014)
    pub const ERASE_AFTER_RELEASE: i64 = 2_592_000;

    /// How far one kind of source alone moves the lower bound of time ahead of proven time; a wider interval is wide (24 h). (R-TIME-003)
    pub const TIME_JUMP: i64 = 86_400;

    /// Wall time within one boot after which a protected clock may refill budgets once (20 h). (R-TIME-008)
    pub const REFILL_WALL_TIME: i64 = 72_000;

    /// From the announcement of an act that could lock somebody out to its effect (7 days). (R-CONS-008)
    pub const DELAY: i64 = 604_800;

    /// Age from which any guardian's device may cancel an open proposal (14 days). (R-CONS-006)
    pub const PROPOSAL_LIFE: i64 = 1_209_600;

    /// Most proposals that are open at once. (R-CONS-027)
    pub const PROPOSALS_OPEN: u32 = 16;

    /// Most proposals of one principal that are open at once. (R-CONS-027)
    pub const PROPOSALS_OPEN_EACH: u32 = 4;

    /// Most acceptances of one proposal. (R-WIRE-006)
    pub const ACCEPTS: u32 = 8;

    /// Most pairs of statements of one effect or cancel. (R-WIRE-006)
    pub const SPANS: u32 = 4;

    /// Most branches that one resolve ends. (R-WIRE-006)
    pub const BRANCHES: u32 = 8;

    /// Age from which a guardian's device renews an epoch (365 days). (R-EPOCH-016)
    pub const EPOCH_LIFE: i64 = 31_536_000;

    /// After which an objection without an answer counts as overdue (14 days). (R-REQ-018)
    pub const ANSWER_OWED: i64 = 1_209_600;

    /// Most requests for one dependant in one UTC day. (R-REQ-004)
    pub const REQUESTS_PER_DAY: u32 = 10;

    /// Most months from setting a rule to its review. (R-POL-022)
    pub const REVIEW_MONTHS: u32 = 12;

    /// After which a dependant whose time is over is told again, where use only ends with a notice. (R-POL-023)
    pub const NOTIFY_AGAIN: i64 = 300;

    /// Longest grace between the denial and the act that ends use. (R-POL-023)
    pub const GRACE_MOST: i64 = 600;

    /// How long extra time without an end, an unblock, and a lock outside custody last (24 h). (R-EVAL-041)
    pub const ACT_DAY: i64 = 86_400;

    /// How far ahead the next change of a decision is looked for (8 days). (R-EVAL-051)
    pub const CHANGE_HORIZON: i64 = 691_200;

    /// After the end of a budget's period, by which claimed and spent seconds are deleted (48 h). (R-BUD-017)
    pub const POOL_LIFE: i64 = 172_800;

    /// Longest life of a pairing code (10 min). (R-PAIR-002)
    pub const PAIRING_LIFE: i64 = 600;

    /// Most attempts at one pairing. (R-PAIR-002)
    pub const PAIRING_ATTEMPTS: u32 = 5;

    /// Longest time between two bookmarks on a watch. (R-RELAY-012)
    pub const BOOKMARK_INTERVAL: i64 = 60;

    /// How long a newer entry has stood in a slot before the older body may be dropped (7 days). (R-MOVE-025)
    pub const PRUNE_AFTER: i64 = 604_800;

    /// How long a restored relay takes verbatim re-appends only (24 h). (R-MOVE-010)
    pub const RESTORE_WINDOW: i64 = 86_400;

    /// How long members keep sealed bytes for a restored relay (90 days). (R-MOVE-012)
    pub const KEEP_SEALED: i64 = 7_776_000;

    /// How long what a member went back behind goes on holding as a branch (7 days). (R-MOVE-008)
    pub const LOST_HOLDS: i64 = 604_800;

    /// Most delayed acts of one log that a relay has pending. (R-RELAY-037)
    pub const ACTS_PENDING: u32 = 16;

    /// Without a fresh beat, after which a member asks the next relay of the constitution (24 h). (R-MOVE-023)
    pub const NEXT_RELAY_AFTER: i64 = 86_400;

    /// Least time between two questions to one relay that is not the home (1 h). (R-MOVE-023)
    pub const NEXT_RELAY_EVERY: i64 = 3600;

    /// Longest validity of an age signal (366 days). (R-AGE-008)
    pub const AGE_SIGNAL_LIFE: i64 = 31_622_400;

    /// Longest validity of an age token (13 weeks). (R-AGE-021)
    pub const AGE_TOKEN_LIFE: i64 = 7_862_400;

    /// Most tokens of one batch. (R-AGE-019)
    pub const AGE_BATCH: u32 = 30;

    /// How long an audience's challenge serves, once (10 min). (R-AGE-051)
    pub const AGE_NONCE_LIFE: i64 = 600;

    /// Most tries of one ask that is told to come back. (R-AGE-032)
    pub const AGE_TRIES: u32 = 3;

    /// Wait before the second try, where the issuer names none. (R-AGE-032)
    pub const AGE_WAIT_FIRST: i64 = 1;

    /// Wait before the third try, where the issuer names none. (R-AGE-032)
    pub const AGE_WAIT_SECOND: i64 = 4;

    /// Longest wait before a try, whatever the issuer names. (R-AGE-032)
    pub const AGE_WAIT_MOST: i64 = 60;

    /// How long an audience keeps its set of cut points (365 days). (R-AGE-037)
    pub const AGE_PIN: i64 = 31_536_000;

    /// Most whole days from an age that is reached to a cut that is passed. (R-AGE-038)
    pub const AGE_ROLLOVER_DAYS: u32 = 56;

    /// Greatest age of a list of revoked handles; an older one is stale (90 days). (R-AGE-046)
    pub const AGE_REVOKED_LIST: i64 = 7_776_000;

    /// How long a device keeps what was shared, with whom and when (366 days). (R-AGE-052)
    pub const AGE_LOG: i64 = 31_622_400;

    /// First pause of a caller that is told to retry. (R-ERR-005)
    pub const BACK_OFF_FIRST: i64 = 1;

    /// Longest pause of a caller that is told to retry (5 min). (R-ERR-005)
    pub const BACK_OFF_MOST: i64 = 300;

    /// After which a request without an answer shows as EXPIRED (24 h). (R-REQ-005)
    pub const REQUEST_EXPIRES: i64 = 86_400;

    /// Largest share of a pool that a device may spend out of reach of it. (R-BUD-008)
    pub const SHARE_MOST: i64 = 300;

    /// Most unspent seconds that a device holds above its share, and how long it keeps them without use. (R-BUD-012)
    pub const CLAIM_MOST: i64 = 900;

    /// Without a version read or written, after which a pool is out of reach. (R-BUD-009)
    pub const POOL_OUT_OF_REACH: i64 = 60;

    /// Longest use between two writes of what was spent, and what a crash costs. (R-BUD-011)
    pub const SPENT_STORED_EVERY: i64 = 15;

    /// From nothing left to the end of use. (R-BUD-014)
    pub const USE_ENDS_WITHIN: i64 = 5;

    /// Longest time that data of class M are kept (35 days). (R-PRIV-013)
    pub const BEHAVIOUR_KEPT: i64 = 3_024_000;

    /// Longest time between two writes of the time readings. (R-TIME-004)
    pub const TIME_STORED_EVERY: i64 = 60;

    /// From a change to the applied report that says so. (R-CAP-006)
    pub const REPORT_WITHIN: i64 = 60;

    /// Age from which the freshest report of an enforcement point shows as silent (24 h). (R-CAP-012)
    pub const SILENT_AFTER: i64 = 86_400;

    /// Longest time of use between two notices to the dependant (30 days). (R-DEP-004)
    pub const STANDING_NOTICE_EVERY: i64 = 2_592_000;

    /// How long an answer to an action on the floor is admitted (24 h). (R-FLOOR-003)
    pub const CALL_BACK: i64 = 86_400;

    /// Most months that minimum protections and limits on control last. (R-PIP-013)
    pub const LIMIT_MONTHS: u32 = 36;

    /// From deletion to removal from primary storage (24 h). (R-OPS-004)
    pub const DELETED_WITHIN: i64 = 86_400;

    /// From deletion to removal from every backup (30 days). (R-OPS-004)
    pub const BACKUPS_WITHIN: i64 = 2_592_000;
}
