//! The sections of a layer in JSON (R-POL-040).

use super::values::{
    Access, AgeAssurance, AppText, CategoryText, Clock, Concern, Date, Hex, Medium,
    OnUnenforceable, Weekday,
};
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScheduleForm {
    #[serde(default)]
    pub(super) windows: Vec<WindowForm>,
    pub(super) end: Option<EndForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndForm {
    pub(super) id: String,
    pub(super) action: EndAction,
    pub(super) grace_seconds: Option<u32>,
    #[serde(default)]
    pub(super) warning_seconds: Vec<u32>,
    pub(super) review_by: Option<Date>,
    pub(super) on_unenforceable: Option<OnUnenforceable>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum EndAction {
    Notify,
    Lock,
    Stop,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WindowForm {
    pub(super) id: Option<String>,
    pub(super) state: Access,
    #[serde(default)]
    pub(super) days: Vec<Weekday>,
    pub(super) span: SpanForm,
    pub(super) target: Option<TargetForm>,
    pub(super) review_by: Option<Date>,
    pub(super) on_unenforceable: Option<OnUnenforceable>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum SpanForm {
    AllDay(AllDay),
    Between { start: Clock, end: Clock },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AllDay {
    AllDay,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BudgetsForm {
    #[serde(default)]
    pub(super) budgets: Vec<BudgetForm>,
    pub(super) extra_time_cap: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BudgetForm {
    pub(super) id: String,
    pub(super) target: TargetForm,
    pub(super) allowance: AllowanceForm,
    pub(super) scope: Option<ScopeForm>,
    pub(super) counting: Option<Counting>,
    pub(super) review_by: Option<Date>,
    pub(super) on_unenforceable: Option<OnUnenforceable>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TargetForm {
    Overall,
    Category(CategoryText),
    App(AppText),
    Feature(String),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Counting {
    Foreground,
    SignedIn,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AllowanceForm {
    Daily(Vec<DayForm>),
    Weekly(u32),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DayForm {
    pub(super) days: Vec<Weekday>,
    pub(super) seconds: u32,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ScopeForm {
    Dependant,
    PepClass,
    Pep,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AppsForm {
    #[serde(default)]
    pub(super) rules: Vec<AppForm>,
    pub(super) install_approval: Option<FlagForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AppForm {
    pub(super) id: String,
    pub(super) target: AppTargetForm,
    pub(super) access: Option<Access>,
    pub(super) reason: Option<String>,
    #[serde(default)]
    pub(super) always_allowed: bool,
    pub(super) counts_toward_budget: Option<bool>,
    pub(super) display_name: Option<String>,
    pub(super) review_by: Option<Date>,
    pub(super) on_unenforceable: Option<OnUnenforceable>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AppTargetForm {
    App(AppText),
    Publisher(String),
    Category(CategoryText),
    Any,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WebForm {
    pub(super) mode: Option<WebModeForm>,
    #[serde(default)]
    pub(super) allow: Vec<HostForm>,
    #[serde(default)]
    pub(super) block: Vec<HostForm>,
    #[serde(default)]
    pub(super) lists: Vec<ListForm>,
    pub(super) safe_search: Option<FlagForm>,
    #[serde(default)]
    pub(super) safe_search_engines: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListForm {
    pub(super) id: String,
    pub(super) access: Access,
    pub(super) sha256: Hex,
    pub(super) review_by: Option<Date>,
    pub(super) on_unenforceable: Option<OnUnenforceable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WebModeForm {
    pub(super) id: String,
    pub(super) mode: WebMode,
    pub(super) review_by: Option<Date>,
    pub(super) on_unenforceable: Option<OnUnenforceable>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum WebMode {
    Unrestricted,
    BlockList,
    AllowList,
    Filtered { categories: Vec<CategoryText> },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HostForm {
    pub(super) id: String,
    pub(super) host: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RatingsForm {
    #[serde(default)]
    pub(super) ceilings: Vec<CeilingForm>,
    #[serde(default)]
    pub(super) unrated: Vec<UnratedForm>,
    pub(super) guidance: Option<Guidance>,
    pub(super) explicit_content: Option<FlagForm>,
    #[serde(default)]
    pub(super) verdicts: Vec<VerdictForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VerdictForm {
    pub(super) id: String,
    pub(super) about: About,
    pub(super) min_confidence_percent: Option<u32>,
    pub(super) effect: VerdictEffect,
    pub(super) review_by: Option<Date>,
    pub(super) on_unenforceable: Option<OnUnenforceable>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum About {
    Category(CategoryText),
    Concern(Concern),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum VerdictEffect {
    Ask,
    Block,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CeilingForm {
    pub(super) id: String,
    pub(super) medium: Option<Medium>,
    pub(super) ceiling: Ceiling,
    pub(super) review_by: Option<Date>,
    pub(super) on_unenforceable: Option<OnUnenforceable>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ceiling {
    MaxAge(u32),
    Label(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnratedForm {
    pub(super) id: String,
    pub(super) medium: Option<Medium>,
    pub(super) effect: ThreeEffects,
    pub(super) review_by: Option<Date>,
    pub(super) on_unenforceable: Option<OnUnenforceable>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ThreeEffects {
    Allow,
    Ask,
    Block,
}

#[derive(PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Guidance {
    Count,
    Ignore,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CommunicationForm {
    pub(super) mode: Option<ContactModeForm>,
    #[serde(default)]
    pub(super) contacts: Vec<ContactForm>,
    pub(super) block_unknown_callers: Option<FlagForm>,
    pub(super) when_closed: Option<ContactModeForm>,
    pub(super) contact_approval: Option<FlagForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactModeForm {
    pub(super) id: String,
    pub(super) mode: ContactMode,
    pub(super) review_by: Option<Date>,
    pub(super) on_unenforceable: Option<OnUnenforceable>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ContactMode {
    Unrestricted,
    ContactsOnly,
    Disabled,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactForm {
    pub(super) name: String,
    pub(super) identifiers: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SpendingForm {
    pub(super) approval: Option<FlagForm>,
    #[serde(default)]
    pub(super) caps: Vec<CapForm>,
    pub(super) in_app: Option<FlagForm>,
    pub(super) free_downloads: Option<FlagForm>,
    pub(super) approval_class: Option<ClassForm>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ClassForm {
    All,
    Paid,
    InApp,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CapPeriod {
    Month,
    Week,
    Day,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeaturesForm {
    #[serde(default)]
    pub(super) rules: Vec<FeatureForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeatureForm {
    pub(super) id: String,
    pub(super) feature: String,
    pub(super) effect: ThreeEffects,
    pub(super) review_by: Option<Date>,
    pub(super) on_unenforceable: Option<OnUnenforceable>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AgesForm {
    #[serde(default)]
    pub(super) share: Vec<ShareForm>,
    #[serde(default)]
    pub(super) gates: Vec<GateForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShareForm {
    pub(super) id: String,
    pub(super) audience: Option<String>,
    pub(super) share: Share,
    #[serde(default)]
    pub(super) cuts: Vec<u32>,
    #[serde(default)]
    pub(super) purposes: Vec<AgePurpose>,
    pub(super) review_by: Option<Date>,
    pub(super) on_unenforceable: Option<OnUnenforceable>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Share {
    Allow,
    Ask,
    Refuse,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AgePurpose {
    AccessGate,
    SafetyDefaults,
    ConsentFlow,
    LegalCompliance,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GateForm {
    pub(super) id: String,
    pub(super) target: Option<TargetForm>,
    pub(super) minimum_age: u32,
    pub(super) least_assurance: Option<AgeAssurance>,
    pub(super) on_unknown: Option<ThreeEffects>,
    pub(super) review_by: Option<Date>,
    pub(super) on_unenforceable: Option<OnUnenforceable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CapForm {
    pub(super) id: String,
    pub(super) amount: AmountForm,
    pub(super) period: Option<CapPeriod>,
    pub(super) review_by: Option<Date>,
    pub(super) on_unenforceable: Option<OnUnenforceable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AmountForm {
    pub(super) currency: String,
    pub(super) minor: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FlagForm {
    pub(super) id: String,
    pub(super) on: bool,
    pub(super) review_by: Option<Date>,
    pub(super) on_unenforceable: Option<OnUnenforceable>,
}
