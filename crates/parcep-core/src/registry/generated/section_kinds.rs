//! Generated from `spec/registry/section-kinds.toml` by `tests/registry_codegen`: do not edit.

use crate::registry::{Protection, SectionKindRow};
use parcep_proto::v1alpha1::{PepCategory, SectionKind};

/// Every section kind that has a secret of its own under a dependant, ascending.
pub const DEPENDANT_KINDS: [SectionKind; 13] = [
    SectionKind::Identity,
    SectionKind::Profile,
    SectionKind::Schedule,
    SectionKind::Budget,
    SectionKind::App,
    SectionKind::Web,
    SectionKind::Rating,
    SectionKind::Communication,
    SectionKind::Spending,
    SectionKind::Feature,
    SectionKind::Residue,
    SectionKind::Override,
    SectionKind::Pool,
];

/// Section kinds that each category of enforcement points opens (R-DOC-011).
pub static NEED_TO_KNOW: [(PepCategory, &[SectionKind]); 8] = [
    (
        PepCategory::DeviceOs,
        &[
            SectionKind::Identity,
            SectionKind::Profile,
            SectionKind::Schedule,
            SectionKind::Budget,
            SectionKind::App,
            SectionKind::Web,
            SectionKind::Rating,
            SectionKind::Communication,
            SectionKind::Spending,
            SectionKind::Feature,
            SectionKind::Override,
        ],
    ),
    (
        PepCategory::Console,
        &[
            SectionKind::Identity,
            SectionKind::Profile,
            SectionKind::Schedule,
            SectionKind::Budget,
            SectionKind::App,
            SectionKind::Rating,
            SectionKind::Communication,
            SectionKind::Spending,
            SectionKind::Override,
        ],
    ),
    (
        PepCategory::Tv,
        &[
            SectionKind::Identity,
            SectionKind::Profile,
            SectionKind::Schedule,
            SectionKind::Budget,
            SectionKind::App,
            SectionKind::Rating,
            SectionKind::Override,
        ],
    ),
    (
        PepCategory::HomeGateway,
        &[
            SectionKind::Profile,
            SectionKind::Schedule,
            SectionKind::Web,
            SectionKind::Override,
        ],
    ),
    (
        PepCategory::AccessNetwork,
        &[
            SectionKind::Profile,
            SectionKind::Web,
            SectionKind::Override,
        ],
    ),
    (
        PepCategory::App,
        &[
            SectionKind::Profile,
            SectionKind::Schedule,
            SectionKind::Budget,
            SectionKind::Rating,
            SectionKind::Communication,
            SectionKind::Spending,
            SectionKind::Feature,
            SectionKind::Override,
        ],
    ),
    (
        PepCategory::OnlineService,
        &[
            SectionKind::Profile,
            SectionKind::Rating,
            SectionKind::Communication,
            SectionKind::Spending,
            SectionKind::Feature,
            SectionKind::Override,
        ],
    ),
    (
        PepCategory::AiAssistant,
        &[
            SectionKind::Identity,
            SectionKind::Profile,
            SectionKind::Schedule,
            SectionKind::Budget,
            SectionKind::Rating,
            SectionKind::Feature,
            SectionKind::Override,
        ],
    ),
];

/// What sealed parts hold, by number.
pub static SECTION_KINDS: [SectionKindRow; 19] = [
    SectionKindRow {
        kind: SectionKind::Header,
        name: "HEADER",
        message: "parcep.v1alpha1.SignedHeader",
        protection: Protection::Household,
        text: "The header blob itself.",
    },
    SectionKindRow {
        kind: SectionKind::Register,
        name: "REGISTER",
        message: "parcep.v1alpha1.SignedRegister",
        protection: Protection::Household,
        text: "A register's contents.",
    },
    SectionKindRow {
        kind: SectionKind::Constitution,
        name: "CONSTITUTION",
        message: "parcep.v1alpha1.Constitution",
        protection: Protection::Household,
        text: "The household's basic law.",
    },
    SectionKindRow {
        kind: SectionKind::Devices,
        name: "DEVICES",
        message: "parcep.v1alpha1.PrincipalDevices",
        protection: Protection::Household,
        text: "Devices of one principal.",
    },
    SectionKindRow {
        kind: SectionKind::EnforcementPoint,
        name: "ENFORCEMENT_POINT",
        message: "parcep.v1alpha1.EnforcementPoint",
        protection: Protection::Household,
        text: "A product that enforces rules.",
    },
    SectionKindRow {
        kind: SectionKind::Epoch,
        name: "EPOCH",
        message: "parcep.v1alpha1.EpochBody",
        protection: Protection::Household,
        text: "Commitments to the secrets that an epoch hands out.",
    },
    SectionKindRow {
        kind: SectionKind::Identity,
        name: "IDENTITY",
        message: "parcep.v1alpha1.IdentitySection",
        protection: Protection::Dependant,
        text: "Display names.",
    },
    SectionKindRow {
        kind: SectionKind::Profile,
        name: "PROFILE",
        message: "parcep.v1alpha1.ProfileSection",
        protection: Protection::Dependant,
        text: "Zone, start of day and week.",
    },
    SectionKindRow {
        kind: SectionKind::Schedule,
        name: "SCHEDULE",
        message: "parcep.v1alpha1.ScheduleSection",
        protection: Protection::Dependant,
        text: "Windows.",
    },
    SectionKindRow {
        kind: SectionKind::Budget,
        name: "BUDGET",
        message: "parcep.v1alpha1.BudgetSection",
        protection: Protection::Dependant,
        text: "Time budgets.",
    },
    SectionKindRow {
        kind: SectionKind::App,
        name: "APP",
        message: "parcep.v1alpha1.AppSection",
        protection: Protection::Dependant,
        text: "App rules.",
    },
    SectionKindRow {
        kind: SectionKind::Web,
        name: "WEB",
        message: "parcep.v1alpha1.WebSection",
        protection: Protection::Dependant,
        text: "Web mode and host lists.",
    },
    SectionKindRow {
        kind: SectionKind::Rating,
        name: "RATING",
        message: "parcep.v1alpha1.RatingSection",
        protection: Protection::Dependant,
        text: "Ceilings and the rule for unrated content.",
    },
    SectionKindRow {
        kind: SectionKind::Communication,
        name: "COMMUNICATION",
        message: "parcep.v1alpha1.CommunicationSection",
        protection: Protection::Dependant,
        text: "Communication modes and contacts.",
    },
    SectionKindRow {
        kind: SectionKind::Spending,
        name: "SPENDING",
        message: "parcep.v1alpha1.SpendingSection",
        protection: Protection::Dependant,
        text: "Caps and approvals.",
    },
    SectionKindRow {
        kind: SectionKind::Feature,
        name: "FEATURE",
        message: "parcep.v1alpha1.FeatureSection",
        protection: Protection::Dependant,
        text: "Device features and AI assistants.",
    },
    SectionKindRow {
        kind: SectionKind::Residue,
        name: "RESIDUE",
        message: "",
        protection: Protection::Dependant,
        text: "What an importer kept of a foreign format, as the importer wrote it. No category of enforcement points is given it.",
    },
    SectionKindRow {
        kind: SectionKind::Override,
        name: "OVERRIDE",
        message: "parcep.v1alpha1.Override",
        protection: Protection::Dependant,
        text: "One override.",
    },
    SectionKindRow {
        kind: SectionKind::Pool,
        name: "POOL",
        message: "",
        protection: Protection::Dependant,
        text: "A shared budget pool. Reserved: no category is given it in this version.",
    },
];
