//! Generated from `spec/registry/capabilities.toml` by `tests/registry_codegen`: do not edit.

use crate::registry::CapabilityRow;

/// What enforcement points can do.
pub static CAPABILITIES: [CapabilityRow; 31] = [
    CapabilityRow {
        name: "time.window",
        areas: &["schedule"],
        text: "closes and opens at the edges of windows, in the dependant's zone",
    },
    CapabilityRow {
        name: "time.target",
        areas: &["schedule"],
        text: "closes and opens single apps, categories or features at the edges of windows",
    },
    CapabilityRow {
        name: "time.lock",
        areas: &["override"],
        text: "locks at once when told, but for the rights floor",
    },
    CapabilityRow {
        name: "time.end",
        areas: &["schedule"],
        text: "warns before use ends, gives the grace, and notifies, locks or stops as the rule says",
    },
    CapabilityRow {
        name: "budget.device",
        areas: &["budget"],
        text: "counts the time of use of the whole device, foreground and unlocked",
    },
    CapabilityRow {
        name: "budget.app",
        areas: &["budget"],
        text: "counts the time of use of each app",
    },
    CapabilityRow {
        name: "budget.category",
        areas: &["budget"],
        text: "counts the time of use of categories of apps",
    },
    CapabilityRow {
        name: "budget.feature",
        areas: &["budget"],
        text: "counts the time of use of the features whose rules it enforces",
    },
    CapabilityRow {
        name: "app.block",
        areas: &["app"],
        text: "keeps single apps from being used",
    },
    CapabilityRow {
        name: "app.install",
        areas: &["app"],
        text: "holds an installation until it is decided",
    },
    CapabilityRow {
        name: "web.host",
        areas: &["web"],
        text: "decides by host name",
    },
    CapabilityRow {
        name: "web.category",
        areas: &["web"],
        text: "knows categories of hosts",
    },
    CapabilityRow {
        name: "web.safe_search",
        areas: &["web"],
        text: "turns on the strict mode of search services",
    },
    CapabilityRow {
        name: "rating.content",
        areas: &["rating"],
        text: "knows the rating of content before it is shown",
    },
    CapabilityRow {
        name: "rating.app",
        areas: &["rating"],
        text: "knows the rating of apps and games",
    },
    CapabilityRow {
        name: "rating.classifier",
        areas: &["rating"],
        text: "has verdicts of a classifier on items before they are shown",
    },
    CapabilityRow {
        name: "communication.contact",
        areas: &["communication"],
        text: "decides by contact",
    },
    CapabilityRow {
        name: "communication.add",
        areas: &["communication"],
        text: "holds a new contact until it is decided",
    },
    CapabilityRow {
        name: "spending.purchase",
        areas: &["spending"],
        text: "holds a purchase until it is decided",
    },
    CapabilityRow {
        name: "spending.cap",
        areas: &["spending"],
        text: "keeps the sum of purchases of a period",
    },
    CapabilityRow {
        name: "feature.device",
        areas: &["feature"],
        text: "enforces rules about features of the area `device`",
    },
    CapabilityRow {
        name: "feature.ai_assistant",
        areas: &["feature"],
        text: "enforces rules about AI assistants, features of the area `ai`",
    },
    CapabilityRow {
        name: "feature.social",
        areas: &["feature"],
        text: "enforces rules about features of the area `social`",
    },
    CapabilityRow {
        name: "feature.feed",
        areas: &["feature"],
        text: "enforces rules about features of the area `feed`",
    },
    CapabilityRow {
        name: "feature.privacy",
        areas: &["feature"],
        text: "enforces rules about features of the area `privacy`",
    },
    CapabilityRow {
        name: "age.share",
        areas: &["age"],
        text: "gives age signals to apps and services as the rules on sharing say",
    },
    CapabilityRow {
        name: "age.gate",
        areas: &["age"],
        text: "holds an app, an installation, a host or content until an age signal opens its gate",
    },
    CapabilityRow {
        name: "ask",
        areas: &[],
        text: "can ask a guardian and wait for the answer; without it, what would ask is denied",
    },
    CapabilityRow {
        name: "clock.protected",
        areas: &[],
        text: "the person who uses the device cannot set its clock",
    },
    CapabilityRow {
        name: "clock.battery",
        areas: &[],
        text: "the clock runs on while the device is off",
    },
    CapabilityRow {
        name: "screen.reason",
        areas: &[],
        text: "shows a denial with its reason, its end and the help directory",
    },
];
