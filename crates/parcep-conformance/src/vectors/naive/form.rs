//! The JSON of a policy (R-POL-040), read a second time, by nothing of core: policies, layers, acts.

use super::super::answer::Rule;
use super::sections::{
    AgesForm, AppsForm, BudgetsForm, CommunicationForm, FeaturesForm, RatingsForm, ScheduleForm,
    SpendingForm, TargetForm, WebForm, WindowForm,
};
use super::values::{
    AgeAssurance, AppText, CategoryText, Clock, Concern, Date, OnUnenforceable, Weekday,
};
use jiff::Timestamp;
use serde::Deserialize;

/// Members of a row's policy.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyForm {
    pub(super) profile: Option<ProfileForm>,
    pub(super) layers: Vec<LayerForm>,
    #[serde(default)]
    pub(super) custody: Vec<CustodyForm>,
    #[serde(default)]
    pub(super) pending: Vec<KindForm>,
    #[serde(default)]
    pub(super) caps: CapsForm,
    #[serde(default)]
    pub(super) limits: Vec<LimitForm>,
    #[serde(default)]
    pub(super) unenforceable: Vec<Rule>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CapsForm {
    pub(super) extra_time_seconds: Option<u32>,
    pub(super) unblock_max_age: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitForm {
    #[serde(rename = "jurisdiction")]
    pub(super) _jurisdiction: String,
    pub(super) kind: Option<String>,
    pub(super) app: Option<AppText>,
    pub(super) host: Option<String>,
    pub(super) contact: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileForm {
    pub(super) zone: String,
    pub(super) follow_device: Option<bool>,
    pub(super) day_start: Option<Clock>,
    pub(super) week_start: Option<Weekday>,
    pub(super) region: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CustodyForm {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) guardian: AuthorForm,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum KindForm {
    #[serde(alias = "apps")]
    App,
    Web,
    #[serde(alias = "ratings")]
    Rating,
    Communication,
    Spending,
    #[serde(alias = "features")]
    Feature,
    Age,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AuthorForm {
    Guardian(String),
    Jurisdiction(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LayerForm {
    pub(super) author: AuthorForm,
    #[serde(default)]
    pub(super) schedule: ScheduleForm,
    #[serde(default)]
    pub(super) budgets: BudgetsForm,
    #[serde(default)]
    pub(super) apps: AppsForm,
    #[serde(default)]
    pub(super) web: WebForm,
    #[serde(default)]
    pub(super) ratings: RatingsForm,
    #[serde(default)]
    pub(super) communication: CommunicationForm,
    #[serde(default)]
    pub(super) spending: SpendingForm,
    #[serde(default)]
    pub(super) features: FeaturesForm,
    #[serde(default)]
    pub(super) age: AgesForm,
    #[serde(default)]
    pub(super) unknown: Vec<UnknownForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnknownForm {
    pub(super) id: String,
    pub(super) section: SectionForm,
    pub(super) kind: String,
    pub(super) payload: Vec<u8>,
    pub(super) on_unenforceable: Option<OnUnenforceable>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SectionForm {
    Schedule,
    Budget,
    App,
    Web,
    Rating,
    Communication,
    Spending,
    Feature,
    Age,
}

/// What is known of an age.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AgeForm {
    pub(super) lower: u32,
    pub(super) upper: Option<u32>,
    pub(super) assurance: Option<AgeAssurance>,
}

/// What a classifier said.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SaidForm {
    pub(super) category: Option<CategoryText>,
    pub(super) concern: Concern,
    pub(super) confidence_percent: u32,
    pub(super) package: String,
    pub(super) version: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ActForm {
    pub(super) author: AuthorForm,
    pub(super) id: String,
    #[serde(default)]
    pub(super) position: u64,
    pub(super) from: Timestamp,
    pub(super) until: Option<Timestamp>,
    pub(super) kind: ActKind,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ActKind {
    ExtraTime {
        target: TargetForm,
        seconds: u32,
        #[serde(default)]
        extends_window: bool,
    },
    LockNow {
        reason: Option<String>,
    },
    Suspend,
    Unblock {
        item: ItemForm,
    },
    DateException {
        date: Date,
        change: ChangeForm,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ItemForm {
    App(AppText),
    Host(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ChangeForm {
    ExtendLastWindow { until: Clock },
    Replace { windows: Vec<WindowForm> },
}
