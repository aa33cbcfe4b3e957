//! The JSON of a policy (R-POL-040), read a second time, by nothing of core. `naive_wire.rs` makes messages of it.

use jiff::Timestamp;
use parcep_proto::v1alpha1 as pb;
use serde::Deserialize;

/// What is wrong with a text or a number.
pub(super) type Bad = String;

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
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScheduleForm {
    #[serde(default)]
    pub(super) windows: Vec<WindowForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WindowForm {
    pub(super) id: Option<String>,
    pub(super) state: Access,
    #[serde(default)]
    pub(super) days: Vec<Weekday>,
    pub(super) span: SpanForm,
    pub(super) review_by: Option<Date>,
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
    pub(super) review_by: Option<Date>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TargetForm {
    Overall,
    Category(CategoryText),
    App(AppText),
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
    pub(super) safe_search: Option<FlagForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WebModeForm {
    pub(super) id: String,
    pub(super) mode: WebMode,
    pub(super) review_by: Option<Date>,
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
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CeilingForm {
    pub(super) id: String,
    pub(super) medium: Option<Medium>,
    pub(super) ceiling: Ceiling,
    pub(super) review_by: Option<Date>,
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
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactModeForm {
    pub(super) id: String,
    pub(super) mode: ContactMode,
    pub(super) review_by: Option<Date>,
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
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CapForm {
    pub(super) id: String,
    pub(super) amount: AmountForm,
    pub(super) review_by: Option<Date>,
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

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Access {
    Allow,
    Block,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Medium {
    App,
    Game,
    Film,
    Tv,
    Video,
    Streaming,
    Web,
    Music,
    Book,
}

/// `HH:MM` or `HH:MM:SS`, in seconds.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Clock(pub(super) u32);

impl TryFrom<String> for Clock {
    type Error = Bad;
    fn try_from(text: String) -> Result<Self, Bad> {
        let bad = || format!("`{text}` is no time of day: expected HH:MM or HH:MM:SS");
        let parts: Vec<u32> = text
            .split(':')
            .map(|part| match part.len() {
                2 => part.parse().map_err(|_| bad()),
                _ => Err(bad()),
            })
            .collect::<Result<_, _>>()?;
        match parts.as_slice() {
            [h, m] => Ok(Self(h * 3600 + m * 60)),
            [h, m, s] => Ok(Self(h * 3600 + m * 60 + s)),
            _ => Err(bad()),
        }
    }
}

/// `2026-11-23`, in days since 1970-01-01.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Date(pub(super) i32);

impl TryFrom<String> for Date {
    type Error = Bad;
    fn try_from(text: String) -> Result<Self, Bad> {
        let date: jiff::civil::Date = text.parse().map_err(|e: jiff::Error| e.to_string())?;
        let since = jiff::civil::date(1970, 1, 1).until(date);
        let days = since.map_err(|error| error.to_string())?;
        Ok(Self(days.get_days()))
    }
}

/// `NAMESPACE/ID`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct AppText(pub(super) pb::AppRef);

impl TryFrom<String> for AppText {
    type Error = Bad;
    fn try_from(text: String) -> Result<Self, Bad> {
        let parts = text.split_once('/');
        let (namespace, id) = parts.ok_or_else(|| format!("`{text}` is no NAMESPACE/ID"))?;
        Ok(Self(pb::AppRef {
            namespace: namespace.to_owned(),
            id: id.to_owned(),
        }))
    }
}

/// `CODE` or `TAXONOMY@VERSION/CODE`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct CategoryText(pub(super) pb::CategoryRef);

impl TryFrom<String> for CategoryText {
    type Error = Bad;
    fn try_from(text: String) -> Result<Self, Bad> {
        let (scheme, code) = text.split_once('/').unwrap_or(("pcps@1.0", &text));
        let parts = scheme.split_once('@');
        let (taxonomy, version) =
            parts.ok_or_else(|| format!("`{text}` is no TAXONOMY@VERSION/CODE"))?;
        Ok(Self(pb::CategoryRef {
            taxonomy: taxonomy.to_owned(),
            version: version.to_owned(),
            code: code.to_owned(),
        }))
    }
}
